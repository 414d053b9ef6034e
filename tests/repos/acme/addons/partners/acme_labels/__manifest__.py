{
    "name": "Acme Labels (partner edition)",
    "summary": "Print instrument labels with the partner's logo",
    "version": "18.0.0.9.0",
    "author": "Tolerance Cooperative",
    "website": "https://tolerance.example",
    "category": "Tools",
    "license": "LGPL-3",
    "depends": ["acme_base"],
}
