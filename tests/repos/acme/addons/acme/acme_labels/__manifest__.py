{
    "name": "Acme Labels",
    "summary": "Print instrument labels",
    "version": "18.0.1.0.0",
    "author": "Acme Instruments",
    "website": "https://acme-instruments.example",
    "category": "Tools",
    "license": "LGPL-3",
    "depends": ["acme_base"],
}
