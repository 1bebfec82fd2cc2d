"""What mechanics remember of an order, in a compiled run: a chain of notes, in the order of writing."""

from __future__ import annotations

from sim.compiled import internal
from sim.kernel.records import note_of, order_of, world_at


@internal
def new_note(w: int) -> int:
    """A note's place; its fields are not set."""
    world = world_at(w, 0)
    place = world.note_free
    if place >= 0:
        world.note_free = note_of(w, place).next
        return int(place)
    world.note_used += 1
    return int(world.note_used - 1)


@internal
def free_note(w: int, place: int) -> None:
    """Give a note's place back; nothing may point to it any more."""
    world = world_at(w, 0)
    note_of(w, place).next = world.note_free
    world.note_free = place


@internal
def note_order(w: int, number: int, k: int, what: int, who: int, amount_fen: int, time_s: int) -> int:
    """Write a note on an order, behind those it has; its place."""
    place = new_note(w)
    note = note_of(w, place)
    note.offer, note.what, note.who, note.amount_fen, note.time_s = k, what, who, amount_fen, time_s
    note.level, note.settled, note.bonus, note.next = 0, 0, 0, -1
    order = order_of(w, number)
    if order.notes < 0:
        order.notes = place
        return place
    last = order.notes
    while note_of(w, last).next >= 0:
        last = note_of(w, last).next
    note_of(w, last).next = place
    return place


@internal
def first_note(w: int, place: int, k: int, what: int) -> int:
    """The first note of an offer and kind from a place of a chain on, or -1."""
    while place >= 0 and (note_of(w, place).offer != k or note_of(w, place).what != what):
        place = note_of(w, place).next
    return place


@internal
def forget(w: int, number: int, wanted: int) -> None:
    """Take a note off an order."""
    order = order_of(w, number)
    before, place = -1, int(order.notes)
    while place != wanted:
        before, place = place, int(note_of(w, place).next)
    if before < 0:
        order.notes = note_of(w, wanted).next
    else:
        note_of(w, before).next = note_of(w, wanted).next
    free_note(w, wanted)
