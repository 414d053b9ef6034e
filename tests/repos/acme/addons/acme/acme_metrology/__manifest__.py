{
    "name": "Acme Metrology",
    "summary": "Uncertainty budgets and reference standards",
    "version": "18.0.2.0.1",
    "author": "Acme Instruments, Tolerance Cooperative",
    "website": "https://acme-instruments.example",
    "category": "Quality",
    "license": "AGPL-3",
    "depends": ["acme_base"],
    "data": [],
}
