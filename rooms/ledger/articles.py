"""What each article of the Digital Services Act has a site report, one function each."""

from collections.abc import Callable

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from rooms.ledger.counts import Counts, Holds
from rooms.ledger.figures import Row, Section, Wait
from rooms.ledger.words import basis_label, kind_label, month_label
from rooms.ledger.yearly import Year


def _terms(year: Year) -> Section:
    return Section(
        "14",
        _("Terms and how they are applied"),
        [
            Row("rooms", _("Rooms in which something was decided"), year.rooms()),
            Row("own_rules", _("Changes of a room’s own rules"), year.count("policy.changed")),
            Row("modes", _("Measures for a whole room"), year.count("mode.changed")),
        ],
        _(
            "Each room applies the law and its own rules, which stand on its page. A moderator’s "
            "decision always has a reason from one list; every decision is in the public ledger."
        ),
    )


def _orders(_year: Year) -> Section:
    return Section(
        "15(1)(a)",
        _("Orders of authorities"),
        [
            Row("orders_to_act", _("Orders to act against illegal content (Article 9)"), None),
            Row("orders_to_inform", _("Orders to provide information (Article 10)"), None),
        ],
    )


def _notices(year: Year) -> Section:
    found = year.notices()
    rows = [Row("notices", _("Notices of illegal content"), found.received)]
    rows += _several("notices_by_type", _("of which about"), found.by_ground, basis_label)
    return Section(
        "15(1)(b), 16",
        _("Notices of illegal content"),
        [
            *rows,
            Row("notices_removed", _("Decided: the message was removed"), found.removed),
            Row("notices_kept", _("Decided: the message stays"), found.kept),
            Row("notices_open", _("Not decided yet"), found.open),
            Row("notices_median", _("Median time to the decision"), Wait(found.median)),
            Row("notices_automated", _("Decided by automated means"), found.automated),
            Row("notices_flaggers", _("From trusted flaggers"), None),
        ],
        _("Every notice is decided by a moderator, never by the machine."),
    )


def _moderation(year: Year) -> Section:
    found = year.restrictions(own_initiative=True)
    return Section(
        "15(1)(c)",
        _("Moderation on the site’s own initiative"),
        [
            Row("restrictions", _("Restrictions"), found.total),
            *_several("restrictions_by_kind", _("by kind"), found.by_kind, kind_label),
            *_several("restrictions_by_reason", _("by reason"), found.by_reason, basis_label),
            Row("restrictions_law", _("resting on the law"), found.on_law),
            Row("restrictions_rules", _("resting on a room’s rules"), found.total - found.on_law),
            Row("found_by_machine", _("found automatically"), found.found_by_machine),
            Row(
                "found_by_reports", _("found by reports of several people"), found.found_by_reports
            ),
            Row("found_by_moderators", _("found by a moderator"), found.found_by_moderators),
            Row("decided_by_machine", _("decided automatically"), found.automated),
            Row(
                "decided_by_moderators", _("decided by a moderator"), found.total - found.automated
            ),
            Row("lifted", _("taken back since"), found.lifted),
            Row("reports", _("Reports of participants"), year.count("report.filed")),
            Row("training", _("Training and assistance of moderators"), None),
        ],
    )


def _complaints(year: Year) -> Section:
    found = year.appeals()
    return Section(
        "15(1)(d), 20",
        _("Complaints against decisions"),
        [
            Row("appeals", _("Appeals"), found.opened),
            Row("appeals_upheld", _("The decision stands"), found.upheld),
            Row("appeals_reversed", _("The decision was reversed"), found.reversed),
            Row("appeals_open", _("Not decided yet"), found.open),
            Row("appeals_rate", _("Share of decided appeals that reversed"), found.rate),
            Row("appeals_median", _("Median time to the decision"), Wait(found.median)),
            Row("appeals_basis", _("On what complaints rest"), None),
        ],
        _(
            "Appeals are free, open to everybody who was restricted, and decided by another "
            "moderator than the first decision wherever the room has one."
        ),
    )


def _machine(year: Year) -> Section:
    by_rule = year.holds()
    found = sum((one for _rule, one in by_rule), Holds(0, 0, 0))
    rows = [
        Row("held", _("Messages held before publishing"), found.held),
        Row("held_decided", _("of which moderators decided on"), found.decided),
        Row("held_confirmed", _("Share they did not publish"), found.confirmed),
        Row("held_needless", _("Share they published: the hold was needless"), found.needless),
    ]
    for rule, one in by_rule:
        label = basis_label(rule)
        rows.append(Row("held_by_rule", _("Held by rule"), one.held, rule, label))
        rows.append(Row("needless_by_rule", _("of these, published"), one.needless, rule, label))
    rows.append(Row("missed", _("Unlawful messages that the machine did not hold"), None))
    return Section(
        "15(1)(e)",
        _("Automated means"),
        rows,
        _(
            "The machine reads every message before it is published. It can hold one for a "
            "moderator, asks for a change where a limit is passed, and takes back for a moderator "
            "what several people report. It removes nothing by itself; but where a room says so, "
            "what no moderator looked at in time is decided automatically."
        ),
    )


def _statements(year: Year) -> Section:
    found = year.restrictions(own_initiative=False)
    return Section(
        "17",
        _("Statements of reasons"),
        [
            Row("statements", _("Statements of reasons given"), found.total),
            Row("statements_automated", _("about automated decisions"), found.automated),
        ],
        _("Everybody who is restricted gets one at once, on a page of their own."),
    )


def _disputes(year: Year) -> Section:
    found = year.restrictions(own_initiative=False)
    count = dict(found.by_kind)
    return Section(
        "21, 23, 24(1)",
        _("Disputes and suspensions"),
        [
            Row("disputes", _("Out-of-court disputes"), None),
            Row("bans", _("Exclusions from a room"), count.get("banned", 0)),
            Row("mutes", _("Mutes"), count.get("muted", 0)),
            Row("slowed", _("Slowing down of one person"), count.get("slowed", 0)),
            Row("suspended_notices", _("Suspensions for unfounded notices"), None),
            Row("suspended_complaints", _("Suspensions for unfounded complaints"), None),
        ],
    )


def _people(year: Year) -> Section:
    found = year.people()
    rows = _several("people_by_month", _("People who took part"), found.months, month_label)
    return Section(
        "24(2)",
        _("People"),
        [
            *rows,
            Row("people", _("Monthly average"), found.average),
            Row("readers", _("Readers"), None),
        ],
        _(
            "Who wrote, reacted, reported or decided in a month. A person in several rooms counts "
            "once, in several browsers without an account several times."
        ),
    )


def _several(
    key: str, label: StrOrPromise, counts: Counts, words: Callable[[str], StrOrPromise]
) -> list[Row]:
    return [Row(key, label, count, code, words(code)) for code, count in counts]


SECTIONS: list[Callable[[Year], Section]] = [
    _terms,
    _orders,
    _notices,
    _moderation,
    _complaints,
    _machine,
    _statements,
    _disputes,
    _people,
]
