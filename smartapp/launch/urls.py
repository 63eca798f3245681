"""Addresses of the launch: EHR and standalone launch, callback, our public keys."""

from django.urls import path

from smartapp.launch import views

urlpatterns = [
    path("launch/standalone/<slug:slug>/", views.standalone_launch, name="standalone_launch"),
]
