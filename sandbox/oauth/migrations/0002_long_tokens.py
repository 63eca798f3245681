"""Room for access tokens as long as some vendors' are."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Widen the column."""

    dependencies = [("sandbox_oauth", "0001_initial")]

    operations = [
        migrations.AlterField(
            model_name="token",
            name="access_token",
            field=models.CharField(max_length=2048, unique=True),
        ),
    ]
