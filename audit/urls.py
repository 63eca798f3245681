"""Addresses of the compliance reviewers' pages."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
