"""Addresses of the launch: EHR and standalone launch, callback, our public keys."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
