"""The tree over the trail's rows, and the triggers that let it grow and nothing else."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from audit import append_only


def _install(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    append_only.install_tree(schema_editor.connection)


def _remove(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    append_only.remove_tree(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0002_append_only"),
    ]

    operations = [
        migrations.CreateModel(
            name="Leaf",
            fields=[
                ("index", models.BigIntegerField(primary_key=True, serialize=False)),
                ("event_id", models.BigIntegerField(unique=True)),
            ],
        ),
        migrations.CreateModel(
            name="Publication",
            fields=[
                ("place", models.CharField(max_length=300, primary_key=True, serialize=False)),
                (
                    "size",
                    models.BigIntegerField(
                        default=0, help_text="Leaves of the checkpoint that it holds."
                    ),
                ),
                (
                    "at",
                    models.DateTimeField(
                        help_text="UTC, when it was given that checkpoint.", null=True
                    ),
                ),
                (
                    "failure",
                    models.CharField(
                        blank=True, help_text="Code of the last try's end.", max_length=60
                    ),
                ),
                ("failing_since", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="SealerTurn",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("floor", models.BigIntegerField(default=0)),
                ("seen", models.BigIntegerField(default=0)),
                ("seen_at", models.DateTimeField(null=True)),
                ("looked_back_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="SignedCheckpoint",
            fields=[
                (
                    "size",
                    models.BigIntegerField(
                        help_text="Leaves of the tree.", primary_key=True, serialize=False
                    ),
                ),
                ("note", models.TextField(help_text="The signed note, C2SP tlog-checkpoint.")),
                ("at", models.DateTimeField(help_text="UTC.")),
            ],
        ),
        migrations.CreateModel(
            name="Tile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("level", models.PositiveSmallIntegerField()),
                ("index", models.BigIntegerField()),
                ("hashes", models.BinaryField(help_text="256 hashes of 32 bytes, from the left.")),
                (
                    "root",
                    models.BinaryField(
                        help_text="The hash of the node above all of them, 32 bytes."
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("level", "index"), name="audit_one_tile_a_place"
                    )
                ],
            },
        ),
        migrations.RunPython(_install, _remove),
    ]
