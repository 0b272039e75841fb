package dev.millrace.gateway.access;

import dev.millrace.controlplane.Arns;
import dev.millrace.controlplane.operation.AwsErrors;
import dev.millrace.gateway.http.QueryApi;
import dev.millrace.gateway.http.QueryCall;
import dev.millrace.gateway.http.QueryXml;
import dev.millrace.identity.Permission;
import dev.millrace.identity.Principal;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// STS: who the caller is.
public final class StsApi implements QueryApi {
    private static final QueryXml XML = new QueryXml("https://sts.amazonaws.com/doc/2011-06-15/");

    private final Arns arns;

    public StsApi(Arns arns) {
        this.arns = arns;
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
            default ->
                throw new PlatformException(
                        ErrorCode.UNKNOWN_OPERATION,
                        "Could not find operation " + call.action() + " for version " + version());
        };
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
