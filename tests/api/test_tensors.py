"""The tensor codec writes what the safetensors package reads, laid out for views."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from safetensors.numpy import load

from app.api.tensors import encode

_TYPES = st.sampled_from([np.float32, np.int32, np.int16, np.int8, np.uint8])
_TENSOR = _TYPES.flatmap(
    lambda dtype: arrays.arrays(dtype, arrays.array_shapes(min_dims=0, max_dims=4, min_side=0))
)
_TENSORS = st.dictionaries(st.text(min_size=1).filter(lambda name: name != "__metadata__"), _TENSOR)


def header_of(data: bytes) -> tuple[dict[str, Any], int]:
    length = int.from_bytes(data[:8], "little")
    return json.loads(data[8 : 8 + length]), 8 + length


@given(tensors=_TENSORS, metadata=st.dictionaries(st.text(), st.text(), min_size=1))
def test_every_tensor_is_read_back_bit_for_bit(
    tensors: dict[str, npt.NDArray[Any]], metadata: dict[str, str]
) -> None:
    data = encode(tensors, metadata=metadata)
    read = load(data)
    assert read.keys() == tensors.keys()
    for name, tensor in tensors.items():
        assert read[name].dtype == tensor.dtype
        assert read[name].shape == tensor.shape
        assert read[name].tobytes() == tensor.tobytes()
    assert header_of(data)[0]["__metadata__"] == metadata


@given(tensors=_TENSORS)
def test_every_tensor_starts_where_a_view_of_its_type_may_start(
    tensors: dict[str, npt.NDArray[Any]],
) -> None:
    header, start = header_of(encode(tensors))
    assert start % 8 == 0
    for name, tensor in tensors.items():
        assert (start + header[name]["data_offsets"][0]) % tensor.dtype.itemsize == 0


def test_a_strided_or_big_endian_tensor_is_written_as_its_values() -> None:
    base = np.arange(24, dtype=np.float32).reshape(4, 6)
    read = load(encode({"strided": base[::2, ::3], "big": base.astype(">f4")}))
    assert read["strided"].tolist() == [[0, 3], [12, 15]]
    assert read["big"].tolist() == base.tolist()


def test_a_dtype_that_the_page_cannot_view_is_refused_by_name() -> None:
    with pytest.raises(TypeError, match=r"'a' has dtype float64; one of float32"):
        encode({"a": np.zeros(2)})
