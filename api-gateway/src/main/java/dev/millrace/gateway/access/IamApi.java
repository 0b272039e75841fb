package dev.millrace.gateway.access;

import dev.millrace.controlplane.Arns;
import dev.millrace.controlplane.operation.AwsErrors;
import dev.millrace.gateway.http.QueryApi;
import dev.millrace.gateway.http.QueryCall;
import dev.millrace.gateway.http.QueryXml;
import dev.millrace.identity.Permission;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.regex.Pattern;

/// IAM, as far as SageMaker's clients ask it: `GetRole`.
///
/// Roles of IAM give no rights here and are not kept, so there is one of every well-formed name.
public final class IamApi implements QueryApi {
    private static final QueryXml XML = new QueryXml("https://iam.amazonaws.com/doc/2010-05-08/");
    private static final Pattern ROLE_NAME = Pattern.compile("[\\w+=,.@-]{1,64}");
    /// Any caller may assume it; as the API has it, percent-encoded JSON.
    private static final String TRUST =
            "%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C"
                    + "%22Principal%22%3A%7B%22AWS%22%3A%22%2A%22%7D%2C%22Action%22%3A%22sts%3AAssumeRole%22%7D%5D%7D";

    private final Arns arns;

    public IamApi(Arns arns) {
        this.arns = arns;
    }

    @Override
    public String version() {
        return "2010-05-08";
    }

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
            case "GetRole" -> role(call.required("RoleName"));
            default ->
                throw new PlatformException(
                        ErrorCode.UNKNOWN_OPERATION,
                        "Could not find operation " + call.action() + " for version " + version());
        };
    }

    private String role(String name) {
        if (!ROLE_NAME.matcher(name).matches()) {
            throw new PlatformException(
                    ErrorCode.VALIDATION_ERROR,
                    "The specified value for roleName is invalid. It must contain only alphanumeric characters and/or"
                            + " the following: +=,.@_-, 64 at most");
        }
        return "<Role>"
                + QueryXml.element("Path", "/")
                + QueryXml.element("RoleName", name)
                + QueryXml.element("RoleId", RoleIds.of(name))
                + QueryXml.element("Arn", arns.role(name))
                + QueryXml.element("CreateDate", "1970-01-01T00:00:00Z")
                + QueryXml.element("AssumeRolePolicyDocument", TRUST)
                + "</Role>";
    }
}
