"""Seeds, latents and sliders: arithmetic that page (assets/js/parts/latent.js) and server share, to the last digit but rounding."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float32]

LEAST = 1e-3  # length that must be left of a direction for it to be one


def _mulberry32(seed: int, n: int) -> list[int]:
    """The first n 32-bit numbers of the mulberry32 generator (Tommy Ettinger, public domain)."""
    state, numbers = seed & 0xFFFFFFFF, []
    for _ in range(n):
        state = (state + 0x6D2B79F5) & 0xFFFFFFFF
        t = ((state ^ state >> 15) * (state | 1)) & 0xFFFFFFFF
        t ^= (t + (((t ^ t >> 7) * (t | 61)) & 0xFFFFFFFF)) & 0xFFFFFFFF
        numbers.append((t ^ t >> 14) & 0xFFFFFFFF)
    return numbers


def from_seed(seed: int, n: int) -> Vector:
    """n numbers from N(0, 1), float32, that depend on `seed` (its low 32 bits) alone: Box and Muller 1958 on mulberry32."""
    uniform = [(x + 0.5) / 2**32 for x in _mulberry32(seed, n + n % 2)]
    normal: list[float] = []
    for u, v in zip(uniform[::2], uniform[1::2], strict=True):
        radius = math.sqrt(-2 * math.log(u))
        normal += [radius * math.cos(2 * math.pi * v), radius * math.sin(2 * math.pi * v)]
    return np.array(normal[:n], np.float32)


def coordinates(z: Vector, directions: Mapping[str, Vector]) -> dict[str, float]:
    """Where the sliders stand for latent z (n,): its coordinate along each direction, in standard deviations of the prior."""
    return {name: float(z @ d) for name, d in directions.items()}


def moved(z: Vector, directions: Mapping[str, Vector], values: Mapping[str, float]) -> Vector:
    """z (n,) with the coordinate along each direction named in `values` set to its value; directions are orthonormal."""
    out = z.astype(np.float64)
    for name, value in values.items():
        d = directions[name].astype(np.float64)
        out += (value - float(z.astype(np.float64) @ d)) * d
    return out.astype(np.float32)


def frame(directions: Mapping[str, Vector], y: Vector) -> dict[str, Vector]:
    """The orthonormal vectors (n,) of the directions that there are under class weights y (classes,), in their order.

    A direction is a vector (n,), or one for each class (classes, n), zeros where the class has none: then it is the mean under y. From each
    is taken what it shares with those before it (Gram and Schmidt); one of which nothing is left is not there.
    """
    out: dict[str, NDArray[np.float64]] = {}
    for name, given in directions.items():
        if given.ndim == 2 and len(given) != len(y):
            continue
        vector = given.astype(np.float64) if given.ndim == 1 else y.astype(np.float64) @ given.astype(np.float64)
        for other in out.values():
            vector = vector - (vector @ other) * other
        length = float(np.linalg.norm(vector))
        if length > LEAST:
            out[name] = vector / length
    return {name: vector.astype(np.float32) for name, vector in out.items()}


def classes(n: int, digit: int, digit_to: int | None = None, blend: float = 0.0) -> Vector:
    """Class weights (n,) summing to 1: `digit`, or a blend (0 to 1) from it to `digit_to`."""
    y = np.zeros(n, np.float32)
    y[digit] = 1.0
    if digit_to is not None and blend:
        y *= 1 - blend
        y[digit_to] += blend
    return y


def slerp(a: Vector, b: Vector, t: float) -> Vector:
    """Between latents a and b (n,) at t in [0, 1]: spherical in direction (Shoemake 1985; White 2016), linear in length."""
    la, lb = float(np.linalg.norm(a)), float(np.linalg.norm(b))
    if la == 0 or lb == 0:
        return ((1 - t) * a + t * b).astype(np.float32)
    angle = math.acos(max(-1.0, min(1.0, float(a @ b) / (la * lb))))
    if math.sin(angle) < 1e-6:
        return ((1 - t) * a + t * b).astype(np.float32)
    direction = (math.sin((1 - t) * angle) * a / la + math.sin(t * angle) * b / lb) / math.sin(angle)
    return (direction * ((1 - t) * la + t * lb)).astype(np.float32)


def grid(z: Vector, across: Vector, down: Vector, values: Sequence[float]) -> NDArray[np.float32]:
    """Latents (len(values) ** 2, n) of the plane through z: rows along `down`, columns along `across`, coordinates set to `values`."""
    names = {"across": across, "down": down}
    return np.stack([moved(z, names, {"across": a, "down": d}) for d in values for a in values])
