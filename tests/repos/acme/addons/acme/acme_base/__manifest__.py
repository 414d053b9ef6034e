{
    "name": "Acme Base",
    "summary": "Sites, instruments and their serial numbers",
    "version": "18.0.1.2.0",
    "author": "Acme Instruments",
    "website": "https://acme-instruments.example",
    "category": "Manufacturing",
    "license": "LGPL-3",
    "depends": ["base", "mail"],
    "data": [
        "security/ir.model.access.csv",
        "views/instrument_views.xml",
    ],
    "installable": True,
}
