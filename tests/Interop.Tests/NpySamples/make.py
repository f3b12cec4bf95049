# Writes the arrays beside this file: python3 make.py. NumPy wrote those that are checked in; README.md says which version.
import numpy as np
from numpy.lib import format as npy


def save(name, array, version=None):
    with open(name + ".npy", "wb") as f:
        npy.write_array(f, array, version) if version else np.save(f, array)


def count(shape, dtype):
    return np.arange(int(np.prod(shape))).reshape(shape).astype(dtype)


def bf16(shape):  # exact for small whole numbers: the upper halves of float32, as ml_dtypes stores them
    return (count(shape, "<f4").view("<u4") >> 16).astype("<u2").view("V2")


save("pred", count((2, 3), "i4") % 2 == 1)
for name, dtype in dict(u8="|u1", i32="<i4", i64="<i8", f16="<f2", f32="<f4", f64="<f8").items():
    save(name, count((2, 3), dtype))
save("bf16_void", bf16((2, 3)))
with open("bf16.npy", "wb") as f:  # the header that ml_dtypes' bfloat16, whose dtype.str is "<V2", makes NumPy write
    npy.write_array_header_1_0(f, {"descr": "<V2", "fortran_order": False, "shape": (2, 3)})
    f.write(bf16((2, 3)).tobytes())
assert (np.load("bf16.npy") == bf16((2, 3))).all()
save("scalar", np.float32(7).reshape(()))
save("one_axis", count((300,), "|u1"))
save("empty", np.zeros((0, 3), "<i8"))
save("six_axes", count((1, 2, 1, 2, 1, 2), "<f4"))
save("fortran", np.asfortranarray(count((2, 3, 4), "<f4")))
save("fortran_big_f8", np.asfortranarray(count((3, 2), ">f8")))
for name, dtype in dict(big_i4=">i4", big_i8=">i8", big_f2=">f2", big_f4=">f4").items():
    save(name, count((2, 3), dtype))
save("version_2", count((2, 3), "<f4"), (2, 0))
save("version_3", count((2, 3), "<f4"), (3, 0))
save("refused_u2", count((2, 3), "<u2"))
save("refused_c8", count((2, 3), "<c8"))
save("refused_text", np.array(["a", "b"]))
save("refused_records", np.zeros(2, [("a", "<f4"), ("b", "<i4")]))
save("refused_object", np.array([None, 1], object))

weights = {"layer/w": count((2, 3), "<f4"), "b": np.asfortranarray(count((3, 2), "<f8")), "é": np.bool_(True)}
np.savez("stored.npz", **weights)
np.savez_compressed("deflated.npz", **weights)
