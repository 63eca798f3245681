"""The state of the request is kept with the code: one vendor sends it again beside the token."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Add the column."""

    dependencies = [("sandbox_oauth", "0002_long_tokens")]

    operations = [
        migrations.AddField(
            model_name="authorizationcode",
            name="state",
            field=models.TextField(blank=True, default=""),
            preserve_default=False,
        ),
    ]
