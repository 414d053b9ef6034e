from . import instrument
