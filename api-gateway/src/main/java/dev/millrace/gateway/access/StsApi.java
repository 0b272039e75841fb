package dev.millrace.gateway.access;

import dev.millrace.controlplane.Arns;
import dev.millrace.controlplane.operation.AwsErrors;
import dev.millrace.gateway.http.QueryApi;
import dev.millrace.gateway.http.QueryCall;
import dev.millrace.gateway.http.QueryXml;
import dev.millrace.identity.Permission;
import dev.millrace.identity.Principal;
import dev.millrace.identity.SessionCredentials;
import dev.millrace.identity.SessionTokens;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// STS: who the caller is, and temporary credentials.
public final class StsApi implements QueryApi {
    private static final QueryXml XML = new QueryXml("https://sts.amazonaws.com/doc/2011-06-15/");

    private static final int SHORTEST_SECONDS = 900;
    private static final int USUAL_SECONDS = 3_600;
    private static final int LONGEST_SECONDS = 43_200;
    private static final Pattern ROLE_ARN = Pattern.compile(
            "arn:aws[a-z-]{0,16}:iam::[0-9]{1,12}:role/([\\w+=,.@-]{1,128}/){0,8}(?<name>[\\w+=,.@-]{1,64})");
    private static final Pattern SESSION_NAME = Pattern.compile("[\\w+=,.@-]{2,64}");

    private final Arns arns;
    private final @Nullable SessionTokens sessions;

    /// @param sessions null where nobody is asked who they are
    public StsApi(Arns arns, @Nullable SessionTokens sessions) {
        this.arns = arns;
        this.sessions = sessions;
    }

    @Override
    public String version() {
        return "2011-06-15";
    }

    /// Everybody may ask who they are.
    @Override
    public Optional<Permission> permission(String action) {
        return Optional.empty();
    }

    @Override
    public CompletionStage<XmlAnswer> call(QueryCall call) {
        try {
            return CompletableFuture.completedFuture(XML.answer(call.action(), result(call), call.requestId()));
        } catch (PlatformException e) {
            return CompletableFuture.completedFuture(refusal(e, call.requestId()));
        }
    }

    @Override
    public XmlAnswer refusal(PlatformException reason, String requestId) {
        return XML.failure(AwsErrors.query(reason.code()), reason.text(), requestId);
    }

    private String result(QueryCall call) {
        return switch (call.action()) {
            case "GetCallerIdentity" -> identity(call.caller());
            case "GetSessionToken" ->
                credentials(sessions().issue(caller(call), null, lifetime(call, LONGEST_SECONDS)));
            case "AssumeRole" -> assumed(call);
            default ->
                throw new PlatformException(
                        ErrorCode.UNKNOWN_OPERATION,
                        "Could not find operation " + call.action() + " for version " + version());
        };
    }

    /// The role is taken for its name only: the credentials may do what their caller may.
    private String assumed(QueryCall call) {
        Matcher role = matching(call, "RoleArn", ROLE_ARN);
        String session = matching(call, "RoleSessionName", SESSION_NAME).group();
        if (call.parameters().keySet().stream().anyMatch(name -> name.startsWith("Policy"))) {
            throw invalid("Policies of sessions are not supported: the credentials would allow more than asked for.");
        }
        String name = role.group("name");
        String roleAndSession = name + "/" + session;
        SessionCredentials credentials = sessions().issue(caller(call), roleAndSession, lifetime(call, USUAL_SECONDS));
        return credentials(credentials) + "<AssumedRoleUser>"
                + QueryXml.element("AssumedRoleId", RoleIds.of(name) + ":" + session)
                + QueryXml.element("Arn", arns.assumedRole(roleAndSession))
                + "</AssumedRoleUser>";
    }

    private static String credentials(SessionCredentials credentials) {
        return "<Credentials>"
                + QueryXml.element("AccessKeyId", credentials.accessKeyId())
                + QueryXml.element("SecretAccessKey", credentials.secret().value())
                + QueryXml.element("SessionToken", credentials.token().value())
                + QueryXml.element("Expiration", credentials.expiresAt().toString())
                + "</Credentials>";
    }

    private static Duration lifetime(QueryCall call, int usualSeconds) {
        String text = call.parameters().getOrDefault("DurationSeconds", Integer.toString(usualSeconds));
        int seconds = text.matches("[0-9]{1,6}") ? Integer.parseInt(text) : 0;
        if (seconds < SHORTEST_SECONDS || seconds > LONGEST_SECONDS) {
            throw invalid("DurationSeconds must be from " + SHORTEST_SECONDS + " to " + LONGEST_SECONDS + ".");
        }
        return Duration.ofSeconds(seconds);
    }

    private static Matcher matching(QueryCall call, String parameter, Pattern pattern) {
        Matcher matcher = pattern.matcher(call.required(parameter));
        if (!matcher.matches()) {
            throw invalid(parameter + " must satisfy regular expression pattern: " + pattern);
        }
        return matcher;
    }

    private SessionTokens sessions() {
        if (sessions == null) {
            throw nobodyIsAsked();
        }
        return sessions;
    }

    private static Principal caller(QueryCall call) {
        Principal caller = call.caller();
        if (caller == null) {
            throw nobodyIsAsked();
        }
        return caller;
    }

    private static PlatformException nobodyIsAsked() {
        return invalid("This gateway asks nobody for credentials, so it has none to give: any will do.");
    }

    private static PlatformException invalid(String message) {
        return new PlatformException(ErrorCode.VALIDATION_ERROR, message);
    }

    private String identity(@Nullable Principal caller) {
        return QueryXml.element("Arn", arn(caller))
                + QueryXml.element("UserId", caller == null ? arns.account() : caller.accessKeyId())
                + QueryXml.element("Account", arns.account());
    }

    /// Where nobody is asked who they are, everybody is the owner.
    private String arn(@Nullable Principal caller) {
        if (caller == null) {
            return "arn:aws:iam::" + arns.account() + ":root";
        }
        Principal.Session session = caller.session();
        if (session == null) {
            return arns.user(caller.accessKeyId());
        }
        String assumed = session.assumedRole();
        return assumed == null ? arns.user(session.parentKeyId()) : arns.assumedRole(assumed);
    }
}
