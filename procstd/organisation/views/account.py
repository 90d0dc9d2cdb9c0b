"""One's own account: sign in and out, password, profile, sessions, tokens."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth import views as auth
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from procstd.access import PUBLIC, SIGNED_IN, Request, allow
from procstd.logs import security_log
from procstd.organisation.domain.people import change_profile
from procstd.organisation.domain.sessions import end_all_sessions, end_other_sessions, end_session
from procstd.organisation.domain.tokens import issue_token, revoke_token
from procstd.organisation.forms.account import (
    ForgottenPasswordForm,
    PasswordAgainForm,
    ProfileForm,
    SignInForm,
    TokenForm,
)
from procstd.organisation.models import ApiToken, Session
from procstd.organisation.queries.duties import holdings_of
from procstd.reauthentication import mark_reauthenticated, needs_recent_password


@allow(PUBLIC)
class SignIn(auth.LoginView):
    form_class = SignInForm
    template_name = "organisation/sign_in.html"
    redirect_authenticated_user = True


@allow(PUBLIC)
class SignOut(auth.LogoutView):
    http_method_names = ["post", "options"]


@allow(SIGNED_IN)
class PasswordChange(auth.PasswordChangeView):
    template_name = "organisation/password_change.html"
    success_url = reverse_lazy("organisation:profile")

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        person: Any = self.request.user
        # Whoever knew the old password is out; this session has been given a new key.
        end_other_sessions(person, keep=self.request.session.session_key or "")
        security_log.info("password_changed", user=person.pk)
        messages.success(self.request, _("Your password is changed. All your other sessions have been ended."))
        return response


@allow(PUBLIC)
class PasswordForgotten(auth.PasswordResetView):
    form_class = ForgottenPasswordForm
    template_name = "organisation/password_forgotten.html"
    success_url = reverse_lazy("organisation:password-mailed")


@allow(PUBLIC)
class PasswordMailed(auth.PasswordResetDoneView):
    template_name = "organisation/password_mailed.html"


@allow(PUBLIC)
class PasswordSet(auth.PasswordResetConfirmView):
    template_name = "organisation/password_set.html"
    success_url = reverse_lazy("organisation:sign-in")

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        person: Any = self.user
        end_all_sessions(person)
        security_log.info("password_reset", user=person.pk)
        messages.success(self.request, _("Your password is set. Sign in with it."))
        return response


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
@allow(SIGNED_IN)
def reauthenticate(request: Request) -> HttpResponse:
    """Ask for the password again; wrong ones count towards the throttle of sign-in."""
    from django.contrib.auth import authenticate

    target = request.POST.get("next") or request.GET.get("next") or "/"
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = "/"
    form = PasswordAgainForm(request.POST or None)
    if form.is_valid():
        person = authenticate(request, username=request.user.username, password=form.cleaned_data["password"])
        if person == request.user:
            mark_reauthenticated(request)
            return HttpResponseRedirect(target)
        form.add_error("password", _("This is not your password."))
    return render(request, "organisation/reauthenticate.html", {"form": form, "next": target})


@require_http_methods(["GET", "HEAD", "POST"])
@allow(SIGNED_IN)
def profile(request: Request) -> HttpResponse:
    """My profile: language, time zone, appearance, my posts."""
    person = request.user
    initial = {"language": person.language, "time_zone": person.time_zone, "theme": person.theme}
    form = ProfileForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.carry_out(change_profile, person):
        from django.utils import translation

        with translation.override(form.cleaned_data["language"]):
            messages.success(request, _("Your profile is saved."))
        return redirect("organisation:profile")
    holdings = holdings_of(person)
    return render(
        request, "organisation/profile.html", {"form": form, "holdings": holdings, "may_hand_over": bool(holdings)}
    )


@require_safe
@allow(SIGNED_IN)
def session_list(request: Request) -> HttpResponse:
    """Where I am signed in."""
    rows = Session.objects.filter(person=request.user, expire_date__gt=timezone.now()).order_by("-started_at")
    context = {"sessions": rows[:100], "this_key": request.session.session_key}
    return render(request, "organisation/session_list.html", context)


@require_POST
@allow(SIGNED_IN)
def session_end(request: Request, public_id: str) -> HttpResponse:
    """End one of my sessions."""
    if end_session(request.user, public_id=public_id):
        messages.success(request, _("The session is ended."))
    return redirect("organisation:session-list")


@require_POST
@allow(SIGNED_IN)
def session_end_others(request: Request) -> HttpResponse:
    """End all my sessions but this one."""
    end_other_sessions(request.user, keep=request.session.session_key or "")
    messages.success(request, _("All your other sessions have been ended."))
    return redirect("organisation:session-list")


@require_http_methods(["GET", "HEAD", "POST"])
@allow(SIGNED_IN)
@needs_recent_password
def token_list(request: Request) -> HttpResponse:
    """My API tokens, and a new one. Its text is shown on this page once and never again."""
    form = TokenForm(request.POST or None)
    text = ""
    if request.method == "POST" and form.carry_out(issue_token, request.user, at=timezone.now()):
        _token, text = form.result
        form = TokenForm()
    context = {"form": form, "text": text, "tokens": ApiToken.objects.visible_to(request.user), "now": timezone.now()}
    return render(request, "organisation/token_list.html", context)


@require_POST
@allow(SIGNED_IN)
def token_revoke(request: Request, pk: int) -> HttpResponse:
    """Revoke one of my API tokens."""
    token = get_object_or_404(ApiToken.objects.visible_to(request.user), pk=pk)
    revoke_token(token, at=timezone.now())
    messages.success(request, _("The token is revoked."))
    return redirect("organisation:token-list")
