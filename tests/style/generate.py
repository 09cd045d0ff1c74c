"""Specs that build, written as untidily as the grammar allows: the same ones for the same seed."""

import random

WORDS = ["debug", "smt", "single_socket", "cxl_allow"]


def expression(rng, depth, names):
    """The tokens of an integer expression that stays small."""
    if depth == 0 or rng.random() < 0.3:
        return [rng.choice([*names, "1", "0x2", "0b11", "1_0", "4K", "size(0b1 == 1 ? le16(1) : le32(2))"])]
    left, right = expression(rng, depth - 1, names), expression(rng, depth - 1, names)
    shape = rng.randrange(6)
    if shape == 0:
        return ["(", *left, rng.choice("+*"), *right, ")"]
    if shape == 1:
        return ["max", "(", *left, ",", *right, ")"]
    if shape == 2:
        return ["[", *left, ",", *right, "]", "[", rng.choice("01"), "]"]
    if shape == 3:
        return ["(", *left, rng.choice(["<", ">=", "=="]), *right, "?", *right, ":", *left, ")"]
    if shape == 4:
        return ["(", "~", "~", "(", *left, ")", rng.choice(["&", "|", "^"]), *right, ")"]
    return ["len", "(", "[", *left, ",", *right, "]", ")"]


def data(rng, names):
    parts = []
    for _ in range(rng.randint(1, 6)):
        part = rng.choice([["cstr", "(", '"a // b"', ")"], ['hex"00 ff"'], ["le64", "(", *expression(rng, 2, names), ")"]])
        parts += [*part, ","]
    return ["concat", "(", *parts[:-1], ")"]


def region(rng, index, names):
    tokens = ["region", f"r{index}", *rng.choice([[], ["on", "snp"], ["on", "snp", ",", "native"]]), "{"]
    attributes = [["at", "=", str(index + 16), "*", "1M", ";"], ["size", "=", "8K", ";"]]
    attributes += rng.sample([
        ["data", "=", *data(rng, names), ";"],
        ["measured", "=", "!", rng.choice(["true", "false"]), ";"],
        ["zeros", "on", "snp", "=", "elided", ";"],
        ["kind", "=", "normal", ";"],
        ["assert", "(", *expression(rng, 2, names), "<=", "1T", ",", '"it is \\"small\\""', ")", ";"],
    ], rng.randint(0, 4))
    if "native" not in tokens:
        attributes = [a for a in attributes if "on" not in a]
    return [*tokens, *(token for attribute in attributes for token in attribute), "}"]


def tokens_of(rng):
    tokens, names = ["igvmspec", "1", ";"], []
    for index in range(rng.randint(0, 6)):
        if rng.random() < 0.5:
            tokens += ["const", f"C{index}", "=", *expression(rng, 3, names), ";"]
        else:
            tokens += ["param", f"C{index}", ":", rng.choice(["int", "size"]), "=", *expression(rng, 1, names), ";"]
        names.append(f"C{index}")
    tokens += ["image", "demo", "{", "arch", "=", "x64", ";", "platform", "native", "{", "}", "platform", "snp", "{"]
    tokens += ["policy", "{", *(t for word in rng.sample(WORDS, 2) for t in (word, "=", "true", ";")), "}", "}"]
    for index in range(rng.randint(1, 8)):
        tokens += region(rng, index, names)
    return [*tokens, "}"]


def space(rng, before, after, untidy):
    if rng.random() < 0.06:
        return rng.choice([" ", "\n", ""]) + rng.choice(["// note", "/// words  ", "//", "// { ( ["]) + "\n" * rng.randint(1, 3)
    if rng.random() < untidy:
        return rng.choice(["\n", "\r\n", "\n\n", "\n\n\n\n", "\t", "   "])
    touching = before[-1].isalnum() and (after[0].isalnum() or after[0] == '"')
    return " " if touching or rng.random() < 0.5 else ""


def spec(seed):
    rng = random.Random(seed)
    untidy = rng.choice([0, 0.02, 0.2])
    tokens = tokens_of(rng)
    text = tokens[0]
    for before, after in zip(tokens, tokens[1:]):
        text += space(rng, before, after, untidy) + after
    return text + rng.choice(["", "\n", "\n\n", " // end"])
