"""Addresses inside a launch: the panel, its drafts and decisions."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
