"""Properties of scope arithmetic: nothing needed is lost, nothing is asked or read beyond it."""

from hypothesis import given
from hypothesis import strategies as st

from smartapp.scopes import (
    Need,
    Offer,
    ResourceScope,
    allows,
    as_v1,
    covered,
    parse,
    satisfies,
    smallest,
    surplus,
    withheld,
)

TYPES = ["Condition", "Observation", "Patient"]
LETTERS = ["r", "s", "rs", "c", "cu", "crs", "cruds", "d"]
VALUES = ["laboratory", "vital-signs", "http://x|laboratory", "http://y|a b", "é&=?/|,"]

filters = st.lists(
    st.tuples(st.sampled_from(["category", "status"]), st.sampled_from(VALUES)), max_size=2
).map(lambda pairs: tuple(sorted(set(pairs))))
scopes = st.builds(
    ResourceScope,
    level=st.sampled_from(["patient", "user"]),
    resource_type=st.sampled_from([*TYPES, "*"]),
    letters=st.sampled_from(LETTERS),
    filters=filters,
)
one_filter = st.one_of(
    st.just(()), st.sampled_from(VALUES[:3]).map(lambda value: (("category", value),))
)
needs = st.builds(
    Need,
    resource_type=st.sampled_from(TYPES),
    interaction=st.sampled_from(["read", "search"]),
    filters=one_filter,
)
listed = st.builds(
    ResourceScope,
    level=st.just("patient"),
    resource_type=st.sampled_from([*TYPES, "*"]),
    letters=st.sampled_from(LETTERS),
    filters=one_filter,
)
need_sets = st.sets(needs, min_size=1, max_size=8)
offers = st.lists(listed, max_size=6)
grants = st.lists(scopes, max_size=5).map(lambda found: " ".join(each.text() for each in found))


@given(scopes)
def test_what_is_written_is_read_back(scope: ResourceScope) -> None:
    assert parse(scope.text()) == scope


@given(st.text(max_size=60))
def test_no_text_breaks_the_reading_and_what_is_read_can_be_written(text: str) -> None:
    found = parse(text)
    if found is not None:
        assert parse(found.text()) == found


@given(need_sets, st.sampled_from(["v1", "v2"]), offers)
def test_the_smallest_set_covers_every_need(wanted, syntax, offer) -> None:
    found = smallest(wanted, syntax, Offer.of(each.text() for each in offer))
    assert all(covered(need, found) for need in wanted)


@given(need_sets, st.sampled_from(["v1", "v2"]), offers)
def test_nothing_in_the_smallest_set_can_be_left_out(wanted, syntax, offer) -> None:
    found = smallest(wanted, syntax, Offer.of(each.text() for each in offer))
    assert len(set(found)) == len(found)
    for left_out in found:
        rest = [each for each in found if each != left_out]
        assert not all(covered(need, rest) for need in wanted)


@given(need_sets, st.sampled_from(["v1", "v2"]), offers)
def test_it_names_only_types_that_are_needed_and_never_all_of_them(wanted, syntax, offer) -> None:
    found = smallest(wanted, syntax, Offer.of(each.text() for each in offer))
    assert {parse(each).resource_type for each in found} == {need.resource_type for need in wanted}


@given(need_sets)
def test_it_does_not_depend_on_the_order_of_the_needs(wanted) -> None:
    assert smallest(sorted(wanted), "v2") == smallest(sorted(wanted, reverse=True), "v2")


@given(need_sets)
def test_both_grammars_ask_for_the_same_where_the_ehr_lists_nothing(wanted) -> None:
    old, new = " ".join(smallest(wanted, "v1")), " ".join(smallest(wanted, "v2"))
    assert withheld(old, new) == withheld(new, old) == ()


@given(scopes)
def test_v1_holds_all_of_what_it_stands_for(scope: ResourceScope) -> None:
    assert withheld(scope.text(), " ".join(as_v1(scope))) == ()


@given(need_sets, offers)
def test_a_subset_is_asked_for_only_where_the_ehr_lists_it_and_as_it_writes_it(wanted, offer):
    written = [each.text() for each in offer]
    for scope in smallest(wanted, "v2", Offer.of(written)):
        if "?" in scope:
            assert scope in written


@given(grants, grants)
def test_what_was_withheld_and_what_was_not_make_up_what_was_asked(asked, granted) -> None:
    missing = withheld(asked, granted)
    kept = " ".join(each for each in asked.split() if each not in missing)
    assert withheld(kept, granted) == ()
    assert withheld(asked, asked) == surplus(asked, asked) == ()


@given(grants, grants, needs)
def test_narrowing_never_widens(asked, granted, need) -> None:
    """What remains of a grant after the rest was taken allows nothing the whole did not."""
    kept = " ".join(each for each in asked.split() if each not in withheld(asked, granted))
    if satisfies(kept, need.resource_type, need.interaction, need.filters):
        assert satisfies(granted, need.resource_type, need.interaction, need.filters)
        assert allows(granted, need.resource_type, need.interaction)


@given(grants, grants, needs)
def test_a_larger_grant_never_allows_less(granted, more, need) -> None:
    if satisfies(granted, need.resource_type, need.interaction, need.filters):
        both = f"{granted} {more}"
        assert satisfies(both, need.resource_type, need.interaction, need.filters)
