from odoo import fields, models


class Instrument(models.Model):
    _name = "acme.instrument"
    _description = "Instrument"

    name = fields.Char(required=True)
    serial = fields.Char(index=True)
