"""32 bits so that they outlive errors: 12 check bits (CRC) behind them, then a convolutional code that Viterbi's search undoes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Bits = NDArray[np.int64]

BITS, CHECK, TAIL = 32, 12, 6
POLYNOMIAL = 0x80F  # x^12 + x^11 + x^3 + x^2 + x + 1, CRC-12
GENERATORS = (0o117, 0o127, 0o155, 0o171)  # rate 1/4, constraint length 7 (Larsen, IEEE Trans. Inf. Theory 19, 1973)
LENGTH = len(GENERATORS) * (BITS + CHECK + TAIL)
STATES = 1 << TAIL


def _check(bits: list[int]) -> int:
    rest = 0xFFF
    for bit in bits:
        top = (rest >> (CHECK - 1)) ^ bit
        rest = (rest << 1) & 0xFFF
        rest ^= POLYNOMIAL if top else 0
    return rest


def _spread(number: int, length: int) -> list[int]:
    return [number >> (length - 1 - i) & 1 for i in range(length)]


def _outputs() -> NDArray[np.float64]:
    """(STATES, 2, generators): what a state and a bit send, as -1 or 1."""
    table = np.zeros((STATES, 2, len(GENERATORS)))
    for state in range(STATES):
        for bit in (0, 1):
            register = bit << TAIL | state
            table[state, bit] = [1 - 2 * ((register & mask).bit_count() % 2) for mask in GENERATORS]
    return table


OUTPUTS = _outputs()


def encoded(number: int) -> Floats:
    """A number of 32 bits as LENGTH signs."""
    bits = _spread(number, BITS)
    bits += _spread(_check(bits), CHECK) + [0] * TAIL
    state, signs = 0, []
    for bit in bits:
        signs.append(OUTPUTS[state, bit])
        state = (bit << TAIL | state) >> 1
    return np.concatenate(signs)


def decoded(soft: Floats) -> int | None:
    """The number in LENGTH soft signs (positive for 1), None where the check bits say that there is none."""
    steps = soft.reshape(-1, len(GENERATORS))
    scores = np.full(STATES, -np.inf)
    scores[0] = 0.0
    states = np.arange(STATES)
    following = [(bit << TAIL | states) >> 1 for bit in (0, 1)]
    came = np.zeros((len(steps), STATES), np.int64)
    for i, step in enumerate(steps):
        gains = OUTPUTS @ step  # (STATES, 2)
        best = np.full(STATES, -np.inf)
        for bit in (0, 1):
            reached = scores + gains[:, bit]
            for parity in (0, 1):  # two states lead to each following one: those that differ in their last bit
                some = states[parity::2]
                better = reached[some] > best[following[bit][some]]
                best[following[bit][some[better]]] = reached[some[better]]
                came[i, following[bit][some[better]]] = some[better]
        scores = best
    state, bits = 0, []
    for row in came[::-1]:
        bits.append(state >> (TAIL - 1))
        state = int(row[state])
    found = bits[::-1][: BITS + CHECK]
    number = int("".join(map(str, found[:BITS])), 2)
    return number if _spread(_check(found[:BITS]), CHECK) == found[BITS:] else None
