from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("audit", "0003_tree"),
    ]

    operations = [
        migrations.RemoveField(
            model_name="sealerturn",
            name="looked_back_at",
        ),
        migrations.AddField(
            model_name="sealerturn",
            name="seen_xid",
            field=models.BigIntegerField(default=0),
        ),
    ]
