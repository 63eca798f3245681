"""Addresses of the launch: EHR and standalone launch, callback, our public keys."""

from django.urls import path

from smartapp.launch import views

urlpatterns = [
    path("launch/", views.ehr_launch, name="ehr_launch"),
    path("launch/callback/<slug:slug>/", views.callback, name="launch_callback"),
    path("launch/standalone/<slug:slug>/", views.standalone_launch, name="standalone_launch"),
    path("l/<str:launch_id>/close/", views.close_launch, name="close_launch"),
    path(".well-known/jwks.json", views.jwks, name="jwks"),
]
