# Tickets are filed against an instrument, so the base addon comes first.
{
    "name": "Acme Service Desk",
    "summary": "Service tickets per instrument",
    "version": "18.0.0.3.0",
    "author": "Acme Instruments",
    "website": "https://acme-instruments.example",
    "category": "Services",
    "license": "LGPL-3",
    "depends": ["acme_base"],
    "data": [
        "security/ir.model.access.csv",
        "data/ticket_stages.xml",
    ],
}
