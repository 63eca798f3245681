"""The one address of figures."""

from django.urls import path

from smartapp.metrics import views

urlpatterns = [path("metrics", views.metrics, name="metrics")]
