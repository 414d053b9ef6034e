{
    "name": "Acme Gateway",
    "summary": "Readings from bench instruments",
    "version": "17.0.1.0.0",
    "author": "Acme Instruments",
    "website": "https://acme-instruments.example",
    "category": "Internet of Things",
    "license": "LGPL-3",
    "depends": ["acme_base"],
    "installable": False,
}
