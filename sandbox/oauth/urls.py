"""Addresses of the authorization servers, one set for each personality."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
