"""What the Merkle tree over the trail's rows is kept in.

Leaves, tiles and checkpoints are append-only; the sealer's turn and what is published move on.
"""

from django.db import models


class Leaf(models.Model):
    """A row's place in the tree: leaf 0, 1, 2 …; its data is the row's hash."""

    index = models.BigIntegerField(primary_key=True)
    # No foreign key: it would have each insert look the row up again, and rows are partitioned.
    event_id = models.BigIntegerField(unique=True)

    def __str__(self) -> str:
        return f"leaf {self.index}"


class Tile(models.Model):
    """256 nodes of the level ``8 * level`` that stand side by side, and the node above them."""

    level = models.PositiveSmallIntegerField()
    index = models.BigIntegerField()
    hashes = models.BinaryField(help_text="256 hashes of 32 bytes, from the left.")
    root = models.BinaryField(help_text="The hash of the node above all of them, 32 bytes.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["level", "index"], name="audit_one_tile_a_place")
        ]

    def __str__(self) -> str:
        return f"tile {self.level}/{self.index}"


class SignedCheckpoint(models.Model):
    """A signed head of the tree, as it is published."""

    size = models.BigIntegerField(primary_key=True, help_text="Leaves of the tree.")
    note = models.TextField(help_text="The signed note, C2SP tlog-checkpoint.")
    at = models.DateTimeField(help_text="UTC.")

    def __str__(self) -> str:
        return f"checkpoint of {self.size}"


class SealerTurn(models.Model):
    """One row: who holds it is the sealer. It also says from where on rows may wait for a leaf."""

    # Every row with an id up to `floor` has its leaf. Up to `seen` each will have one, or be none,
    # once no transaction below `seen_xid` is open any more.
    floor = models.BigIntegerField(default=0)
    seen = models.BigIntegerField(default=0)
    seen_xid = models.BigIntegerField(default=0)
    seen_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"sealed up to row {self.floor}"


class Publication(models.Model):
    """How far a place outside the database has been given the tree; one row a place."""

    place = models.CharField(primary_key=True, max_length=300)
    size = models.BigIntegerField(default=0, help_text="Leaves of the checkpoint that it holds.")
    at = models.DateTimeField(null=True, help_text="UTC, when it was given that checkpoint.")
    failure = models.CharField(max_length=60, blank=True, help_text="Code of the last try's end.")
    failing_since = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.place} at {self.size}"
