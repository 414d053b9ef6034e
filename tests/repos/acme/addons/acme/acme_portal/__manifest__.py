{
    "name": "Acme Customer Portal",
    "summary": "Customers see their instruments and certificates",
    "version": "18.0.1.1.0",
    "author": "Acme Instruments",
    "website": "https://acme-instruments.example",
    "category": "Website",
    "depends": ["acme_base", "portal"],
    "data": [],
}
