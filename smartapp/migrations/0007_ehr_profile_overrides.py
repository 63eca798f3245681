"""What one EHR does differently from its vendor."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("smartapp", "0006_bulk_exports_and_change_bookmarks")]

    operations = [
        migrations.AddField(
            model_name="ehr",
            name="profile_overrides",
            field=models.JSONField(
                blank=True,
                default=dict,
                help_text="What this EHR does differently from its vendor.",
            ),
        ),
    ]
