"""Tables of figures, as Markdown, printed row by row as they are measured."""


def number(value):
    """Three digits that count."""
    if value is None:
        return "-"
    if isinstance(value, str):
        return value
    if value == 0 or abs(value) >= 100:
        return "%.0f" % value
    return "%.3g" % value


class Table:
    """A row a figure: what it is of, then a value a column; `goal` is the most that the
    last column may be."""

    def __init__(self, title, columns, note=None):
        self.columns = columns
        print("\n### %s\n" % title)
        if note:
            print(note + "\n")
        print("| | %s | goal | |" % " | ".join(columns))
        print("| --- |%s --- | --- |" % (" ---: |" * len(columns)), flush=True)

    def row(self, what, values, goal=None):
        last = values[-1]
        verdict = ""
        if goal is not None and not isinstance(last, str) and last is not None:
            verdict = "met" if last <= goal else "**missed**"
        print("| %s | %s | %s | %s |" % (
            what, " | ".join(number(v) for v in values),
            "≤ " + number(goal) if goal is not None else "", verdict), flush=True)


class Peers:
    """A row a tool and what it took, with its wall time as a multiple of another's."""

    def __init__(self, title, note=None):
        print("\n### %s\n" % title)
        if note:
            print(note + "\n")
        print("| | wall s | CPU s | peak MB | server CPU s | wall, of pg_dump's |")
        print("| --- | ---: | ---: | ---: | ---: | ---: |", flush=True)
        self.base = None

    def row(self, what, cost):
        if isinstance(cost, str):
            print("| %s | %s | | | | |" % (what, cost), flush=True)
            return
        self.base = self.base or cost.wall
        print("| %s | %s | %s | %s | %s | %s |" % (
            what, number(cost.wall), number(cost.cpu), number(cost.peak),
            number(cost.server), number(cost.wall / self.base)), flush=True)
