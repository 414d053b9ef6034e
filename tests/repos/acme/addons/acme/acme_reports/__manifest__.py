from pathlib import Path


def report_files():
    return sorted(str(path) for path in Path("reports").glob("*.xml"))


{
    "name": "Acme Reports",
    "summary": "Certificates and delivery notes on paper",
    "version": "18.0.1.0.0",
    "author": "Acme Instruments",
    "website": "https://acme-instruments.example",
    "category": "Reporting",
    "license": "LGPL-3",
    "depends": ["acme_calibration"],
    "data": report_files(),
}
