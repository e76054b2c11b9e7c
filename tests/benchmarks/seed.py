"""Fills an empty PostgreSQL with initiatives and signatures: ``python -m tests.benchmarks.seed``.

The same rows that proposing and signing would leave, logs included, written by the database
itself: ``manage.py checklog`` finds them whole. For measuring and trying out, never for a site.
"""

import argparse
import os
import random
import secrets
from collections.abc import Iterator

import django
import psycopg

from rooms.places.gazetteer import commune_index

LETTERS = "23456789BCDFGHJKMNPQRSTVWXYZ"
THINGS = [
    "abribus",
    "banc",
    "arbre",
    "piste",
    "quai",
    "parc",
    "marché",
    "pont",
    "école",
    "crèche",
    "fontaine",
    "lampadaire",
]
DEEDS = [
    "Ouvrir",
    "Rouvrir",
    "Planter",
    "Réparer",
    "Éclairer",
    "Protéger",
    "Agrandir",
    "Défendre",
    "Créer",
    "Sauver",
]
PLACES = ["a gare", "e port", "e collège", "a mairie", "e stade", "a place", "e canal"]
WHY = (
    "Nous le demandons depuis trois ans, réunions et courriers à l'appui. Chaque matin des "
    "centaines de personnes en auraient l'usage, et le budget existe : il dort dans une ligne "
    "que personne ne dépense. "
)
THEMES = [
    "transport",
    "housing",
    "environment",
    "health",
    "school",
    "work",
    "solidarity",
    "justice",
    "democracy",
]

_FOLLOWING = """
INSERT INTO rooms_participant (room_id, user_id, guest_key, name, name_key, role, is_banned,
                               slow_seconds, joined_at)
SELECT id, (SELECT min(id) FROM rooms_user) + id %% {users}, '', 'Paula', 'paula', 'participant',
       false, 0, created_at
FROM rooms_room WHERE kind = 'initiative';

INSERT INTO rooms_event (room_id, seq, type, at, actor_id, payload)
SELECT p.room_id, seq, type, r.created_at, CASE WHEN seq > 2 THEN p.id END,
       CASE type
         WHEN 'room.created' THEN jsonb_build_object('opens_at', r.opens_at, 'closes_at', NULL)
         WHEN 'participant.joined' THEN
           jsonb_build_object('participant', p.id, 'role', 'participant')
         WHEN 'promoter.added' THEN jsonb_build_object('participant', p.id)
         WHEN 'message.posted' THEN
           jsonb_build_object('client_id', 'c', 'digest', '', 'side', '', 'reply_to', NULL,
                              'policy', 0)
         ELSE '{{}}' END
FROM rooms_participant p JOIN rooms_room r ON r.id = p.room_id AND r.kind = 'initiative',
     (VALUES (1, 'room.created'), (2, 'room.opened'), (3, 'participant.joined'),
             (4, 'promoter.added'), (5, 'message.posted')) AS e (seq, type);

INSERT INTO rooms_message (room_id, number, author_id, client_id, digest, at, side, status, rule,
                           revision, published_seq, reason)
SELECT room_id, 5, p.id, 'c', '', joined_at, '', 'visible', '', 0, 5, ''
FROM rooms_participant p JOIN rooms_room r ON r.id = p.room_id AND r.kind = 'initiative';

INSERT INTO rooms_messagebody (room_id, number, revision, text)
SELECT id, 5, 0, title || E'\\n\\n' || brief FROM rooms_room WHERE kind = 'initiative';

INSERT INTO rooms_initiative (room_id, kind, scope, theme, place_code, place_name, threshold, stage,
                              is_visible, text_number, rank, department, latitude, longitude,
                              published_at)
SELECT id, (ARRAY['project', 'petition', 'debate'])[1 + id %% 3], 'local',
       (ARRAY{themes})[1 + id %% {n_themes}], p.code, p.name, threshold, 'published', true, 5, 0,
       p.department, p.latitude, p.longitude, created_at
FROM rooms_room JOIN seeded_place p USING (slug) WHERE kind = 'initiative';

INSERT INTO rooms_promoter (initiative_id, participant_id, seq)
SELECT i.id, p.id, 4 FROM rooms_initiative i JOIN rooms_participant p ON p.room_id = i.room_id;

INSERT INTO rooms_initiative_search
SELECT i.id, setweight(to_tsvector('french', translate(lower(title), 'éèêàç', 'eeeac')), 'A')
             || setweight(to_tsvector('french', translate(lower(brief), 'éèêàç', 'eeeac')), 'B')
FROM rooms_initiative i JOIN rooms_room r ON r.id = i.room_id;

UPDATE rooms_room SET brief = '' WHERE kind = 'initiative';

INSERT INTO rooms_signature (initiative_id, key, email, name, is_public, place_name, language,
                             status, token, at, seq, source, letters)
SELECT i.id, 'k' || n, '', 'Sam', true, 'Évry', 'fr', 'counted', i.id || '-' || n, now(), 5 + n,
       '', 0
FROM rooms_initiative i JOIN rooms_room r ON r.id = i.room_id,
     generate_series(1, r.signature_count) AS n;

INSERT INTO rooms_event (room_id, seq, type, at, payload)
SELECT i.room_id, s.seq, 'initiative.signed', s.at, jsonb_build_object('signature', s.id)
FROM rooms_signature s JOIN rooms_initiative i ON i.id = s.initiative_id;
"""


_PLACES = """
CREATE TEMPORARY TABLE seeded_place (
  slug text, code text, name text, department text,
  latitude double precision, longitude double precision
) ON COMMIT DROP
"""


def fill(initiatives: int, signatures: int) -> None:
    """Fill the database of Django's settings; it must be migrated and have no initiative."""
    from django.db import connection

    from rooms.initiatives.ranking import rank_of
    from rooms.people.models import User

    rng = random.Random(1)
    users = max(initiatives // 10, 10)
    User.objects.bulk_create(User(email=f"u{n}@example.org", name=f"U {n}") for n in range(users))
    connection.ensure_connection()
    raw: psycopg.Connection = connection.connection
    weights = [1 / (n + 3) ** 0.8 for n in range(initiatives)]
    scale = signatures / sum(weights)
    counts = [round(weight * scale) for weight in weights]
    rng.shuffle(counts)
    raw.execute("SET statement_timeout = 0")
    with raw.transaction(), raw.cursor() as cursor:
        columns = (
            "slug, code, kind, title, brief, language, access, status, opens_at, created_at, head, "
            "epoch, policy_version, is_paused, is_locked, slow_seconds, hold_all, hold_newcomers, "
            "hold_outcome, hold_minutes, signature_count, threshold"
        )
        with cursor.copy(f"COPY rooms_room ({columns}) FROM STDIN") as copy:
            for row in _rooms(rng, counts):
                copy.write_row(row)
        cursor.execute(_PLACES)
        with cursor.copy("COPY seeded_place FROM STDIN") as copy:
            for row in _places(rng, initiatives):
                copy.write_row(row)
        sql = _FOLLOWING.format(users=users, themes=THEMES, n_themes=len(THEMES))
        for statement in sql.split(";\n"):
            if statement.strip():
                cursor.execute(statement.replace("%%", "%"))
        cursor.executemany(
            "UPDATE rooms_initiative SET rank = %s FROM rooms_room r "
            "WHERE r.id = room_id AND r.signature_count = %s",
            [(rank_of(count), count) for count in set(counts)],
        )
    raw.autocommit = True
    raw.execute("VACUUM ANALYZE")


def _rooms(rng: random.Random, counts: list[int]) -> Iterator[tuple[object, ...]]:
    for number, count in enumerate(counts):
        code = "".join(
            LETTERS[number // len(LETTERS) ** power % len(LETTERS)] for power in range(6)
        )
        title = (
            f"{rng.choice(DEEDS)} un {rng.choice(THINGS)} près de l{rng.choice(PLACES)} {number}"
        )
        brief = f"{title}. {WHY * rng.randint(1, 4)}"
        slug = _slug(number)
        when = "2026-11-01T08:00:00Z"
        yield (
            *(slug, code, "initiative", title, brief, "fr", "open", "open", when, when),
            *(5 + count, secrets.token_hex(8), 0, False, False, 0, False, False, "keep", 30),
            *(count, 1_000_000),
        )


def _places(rng: random.Random, initiatives: int) -> Iterator[tuple[object, ...]]:
    """Yield a place for each initiative: towns as often as people live there."""
    index = commune_index()
    towns = [index.place(line) for line in range(len(index.latitudes))]
    chosen = rng.choices(towns, [town.population + 1 for town in towns], k=initiatives)
    for number, town in enumerate(chosen):
        yield _slug(number), town.code, str(town), town.department, *town.at


def _slug(number: int) -> str:
    return f"initiative-{number:08x}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--initiatives", type=int, default=100_000)
    parser.add_argument("--signatures", type=int, default=2_000_000)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "livedebate.settings")
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    fill(options.initiatives, options.signatures)


if __name__ == "__main__":
    main()
