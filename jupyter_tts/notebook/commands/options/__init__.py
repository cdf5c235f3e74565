"""The options of the magics, read from the declared parameters."""

from __future__ import annotations

from .parsers import (
    cast_option,
    help_text,
    network_help_text,
    option_names,
    outcome_options,
    target_option,
)
from .reading import (
    Options,
    parse_conditions,
    parse_line,
    parse_options,
    parse_panel_line,
    parse_parameters,
    parse_voices,
    split_options,
)
from .sweeps import SweepOptions, parse_sweep, sweep_help_text

__all__ = [
    "Options",
    "SweepOptions",
    "cast_option",
    "help_text",
    "network_help_text",
    "option_names",
    "outcome_options",
    "parse_conditions",
    "parse_line",
    "parse_options",
    "parse_panel_line",
    "parse_parameters",
    "parse_sweep",
    "parse_voices",
    "split_options",
    "sweep_help_text",
    "target_option",
]
