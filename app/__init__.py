"""Kernelscope: slide a filter over a real picture and see every number."""

from __future__ import annotations

__version__ = "0.1.0"
