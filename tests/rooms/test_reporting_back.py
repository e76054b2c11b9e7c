"""From the threshold to the report: action rooms that open, what is told at the end, and lists."""

import csv
from io import BytesIO, StringIO

import pytest
from django.test import TestCase
from PIL import Image

from rooms.eventlog.errors import Code, Refused
from rooms.eventlog.fold import differences
from rooms.eventlog.models import Event, Room
from rooms.initiatives.binding import open_bound_room, open_due_action_rooms, rooms_of
from rooms.initiatives.exports import as_csv, as_pdf
from rooms.initiatives.models import Initiative, Picture, ReportBack, Stage
from rooms.initiatives.pictures import MAX_BYTES, SIDE, remake
from rooms.initiatives.reporting import published_reports, readable_picture, report_back
from rooms.initiatives.signing import Signer, sign_as
from rooms.messages.decisions import approve_message, reject_message, remove_message
from rooms.messages.posting import Receipt
from rooms.people.membership import join_room
from rooms.people.models import Participant, User
from tests.rooms.test_initiatives import Propose, paula, promoter, propose, signed_by, tina
from tests.rooms.test_messages import refusal

__all__ = ["paula", "propose", "tina"]


DONE = "Nous avons posé douze bancs."


@pytest.fixture
def initiative(propose: Propose) -> Initiative:
    made = propose()
    signed_by(made, 5)
    open_due_action_rooms()
    return again(made)


@pytest.fixture
def moderator(initiative: Initiative, tina: User) -> Participant:
    return join_room(room=initiative.room, name="Tina", user=tina)


def again(initiative: Initiative) -> Initiative:
    return Initiative.objects.select_related("room").get(pk=initiative.pk)


def picture(width: int = 40, height: int = 30, **options: object) -> BytesIO:
    file = BytesIO()
    Image.new("RGB", (width, height), "teal").save(file, "JPEG", **options)
    file.seek(0)
    return file


def tell(
    initiative: Initiative, text: str = "Nous avons posé douze bancs.", **more: object
) -> Receipt:
    with TestCase.captureOnCommitCallbacks(execute=True):
        return report_back(
            initiative=again(initiative),
            actor=promoter(initiative),
            client_id="r1",
            text=text,
            **more,  # type: ignore[arg-type]
        )


def test_at_the_threshold_an_action_room_opens_once(propose: Propose) -> None:
    initiative = propose()
    signed_by(initiative, 4)
    assert open_due_action_rooms() == []
    signed_by(initiative, 2)
    (room,) = open_due_action_rooms()
    assert open_due_action_rooms() == []
    assert rooms_of(initiative, "action") == [room]
    assert (room.title, room.status) == (initiative.room.title, "open")
    assert again(initiative).stage == Stage.IN_ACTION
    assert differences(initiative.room.pk) == []


def test_a_promoter_who_was_quicker_has_opened_it(propose: Propose) -> None:
    initiative = propose()
    signed_by(initiative, 5)
    open_bound_room(initiative=initiative, actor=promoter(initiative), kind="action")
    assert open_due_action_rooms() == []


def test_a_report_is_read_where_it_was_signed_and_where_it_began(initiative: Initiative) -> None:
    room = open_bound_room(initiative=initiative, actor=promoter(initiative), kind="debate")
    assert tell(initiative, people=30, hours=120).status == "posted"
    ((report, text),) = published_reports(initiative)
    assert (text, report.people, report.hours) == (DONE, 30, 120)
    assert again(initiative).stage == Stage.REPORTED
    told = Event.objects.filter(type="report_back.published")
    assert room.pk in set(told.values_list("room", flat=True)) and told.count() == 2
    for each in Room.objects.all():
        assert differences(each.pk) == []


def test_the_same_report_sent_twice_is_one(initiative: Initiative) -> None:
    assert tell(initiative) == tell(initiative)
    assert ReportBack.objects.count() == 1
    assert Event.objects.filter(type="initiative.reported").count() == 1
    assert Event.objects.filter(type="report_back.published").count() == 1


def test_pictures_wait_for_a_moderator(initiative: Initiative, moderator: Participant) -> None:
    jpeg = remake(picture(), 1000)
    receipt = tell(initiative, pictures=[(jpeg, "Les bancs")])
    assert (receipt.status, receipt.rule) == ("held", "pictures")
    token = Picture.objects.get().token
    assert published_reports(initiative) == [] and readable_picture(token) is None
    assert again(initiative).stage == Stage.IN_ACTION
    with TestCase.captureOnCommitCallbacks(execute=True):
        approve_message(room=initiative.room, actor=moderator, number=receipt.number)
    assert len(published_reports(initiative)) == 1
    shown = readable_picture(token)
    assert shown is not None and bytes(shown.jpeg) == jpeg.data
    assert Event.objects.filter(type="report_back.published").count() == 1
    remove_message(
        room=initiative.room, actor=moderator, number=receipt.number, reason="personal_data"
    )
    assert published_reports(initiative) == [] and readable_picture(token) is None
    assert differences(initiative.room.pk) == []


def test_a_rejected_report_is_never_shown(initiative: Initiative, moderator: Participant) -> None:
    receipt = tell(initiative, pictures=[(remake(picture(), 1000), "")])
    reject_message(room=initiative.room, actor=moderator, number=receipt.number, reason="spam")
    assert published_reports(initiative) == []
    assert again(initiative).stage == Stage.IN_ACTION


def test_who_may_report_and_when(propose: Propose, tina: User) -> None:
    initiative = propose()
    call = {"initiative": initiative, "client_id": "1", "text": "Fait."}
    assert refusal(report_back, actor=promoter(initiative), **call).code is Code.NOT_OPEN
    other = join_room(room=initiative.room, name="Tina", user=tina)
    assert refusal(report_back, actor=other, **call).code is Code.FORBIDDEN


def test_a_picture_holds_nothing_but_its_pixels() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90 degrees
    exif[0x010F] = "A camera"
    exif.get_ifd(0x8825)[2] = (48.0, 51.0, 24.0)
    made = remake(picture(2000, 1000, exif=exif), 1000)
    kept = Image.open(BytesIO(made.data))
    assert (kept.width, kept.height) == (made.width, made.height) == (SIDE // 2, SIDE)
    assert not kept.getexif() and b"camera" not in made.data and "exif" not in kept.info


def test_what_is_no_picture_is_refused() -> None:
    for sent in (b"", b"GIF89a", b"<svg/>", picture().getvalue()[:200]):
        with pytest.raises(Refused) as refused:
            remake(BytesIO(sent), len(sent))
        assert refused.value.code is Code.BAD_SHAPE
    assert refusal(remake, picture(), MAX_BYTES + 1).code is Code.TOO_LONG


def test_a_picture_that_unpacks_to_too_much_is_not_unpacked() -> None:
    bomb = BytesIO()
    Image.new("1", (9000, 9000)).save(bomb, "PNG")
    bomb.seek(0)
    assert refusal(remake, bomb, 1000).code is Code.TOO_LONG


def test_lists_name_only_who_shows_their_name(propose: Propose) -> None:
    initiative = propose()
    for number, (name, is_public) in enumerate(
        [("Aïcha Œ", True), ("Secret", False), ("=1+1", True)]
    ):
        user = User.objects.create_user(f"l{number}@example.org")
        signer = Signer(name, is_public, "Évry")
        sign_as(initiative=initiative, user=user, signer=signer)
    rows = list(csv.reader(StringIO("".join(as_csv(initiative)).removeprefix("\ufeff"))))
    assert [row[1] for row in rows[1:]] == ["Aïcha Œ", "anonyme", "'=1+1"]
    assert "Secret" not in str(rows) and "example.org" not in str(rows)
    document = as_pdf(again(initiative))
    assert document.startswith(b"%PDF-") and len(document) > 5000
