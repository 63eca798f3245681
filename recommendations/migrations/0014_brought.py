from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("recommendations", "0013_shadow_budgets"),
    ]

    operations = [
        migrations.AddField(
            model_name="draft",
            name="brought_sealed",
            field=models.BinaryField(null=True),
        ),
    ]
