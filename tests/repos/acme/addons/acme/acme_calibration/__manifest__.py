{
    "name": "Acme Calibration",
    "summary": "Calibration orders and certificates",
    "version": "18.0.1.0.4",
    "author": "Acme Instruments",
    "website": "https://acme-instruments.example",
    "category": "Quality",
    "license": "LGPL-3",
    "depends": [
        "acme_base",
        "acme_metrology",
    ],
    "data": ["views/order_views.xml"],
}
