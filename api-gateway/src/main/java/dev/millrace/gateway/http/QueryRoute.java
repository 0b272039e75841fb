package dev.millrace.gateway.http;

import dev.millrace.controlplane.operation.AwsErrors;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// `POST /` with a form, and `GET /?Action=…` from links in messages: hands the parameters to the API whose
/// `Version` they name.
final class QueryRoute {
    private static final int MAX_BODY = 1 << 20;
    /// Of any API. A datum's parameter with its name has some 50 bytes: more of them do not fit into a body.
    private static final int MAX_PARAMETERS = 25_000;

    /// Links in messages: their token or their ARN is the credential, as it is AWS's.
    private static final Set<String> OPEN = Set.of("ConfirmSubscription", "Unsubscribe");
    /// Of SNS, whose links name no version.
    private static final String VERSION_OF_LINKS = "2010-03-31";
    /// Of answers that no API gives.
    private static final QueryXml XML = new QueryXml("http://webservices.amazon.com/AWSFault/2005-15-09");

    private final Map<String, QueryApi> apis;
    private final Authentication authentication;

    QueryRoute(List<QueryApi> apis, Authentication authentication) {
        this.apis = apis.stream().collect(Collectors.toUnmodifiableMap(QueryApi::version, Function.identity()));
        this.authentication = authentication;
    }

    Future<Answer> handle(Exchange exchange) {
        boolean isLink = exchange.request().method().equals(HttpMethod.GET);
        return Future.succeededFuture()
                .compose(_ -> isLink ? link(exchange) : form(exchange))
                .recover(failure -> refusal(exchange, null, failure));
    }

    private Future<Answer> form(Exchange exchange) {
        return authentication
                .identify(exchange)
                .compose(caller ->
                        exchange.body(MAX_BODY).compose(body -> call(exchange, caller, parse(body.utf8()), false)));
    }

    private Future<Answer> link(Exchange exchange) {
        Map<String, String> parameters = parse(String.valueOf(exchange.request().query()));
        boolean isOpen = OPEN.contains(parameters.getOrDefault("Action", ""));
        Future<Authentication.Caller> caller =
                isOpen ? Future.succeededFuture(Authentication.Caller.ANYBODY) : authentication.identify(exchange);
        return caller.compose(known -> call(exchange, known, parameters, isOpen));
    }

    private Future<Answer> call(
            Exchange exchange, Authentication.Caller caller, Map<String, String> parameters, boolean isLink) {
        QueryApi api = api(parameters.getOrDefault("Version", VERSION_OF_LINKS));
        var call = new QueryCall(parameters, caller.principal(), isLink, exchange.requestId());
        return Future.succeededFuture()
                .compose(_ -> {
                    if (parameters.size() > api.maxParameters()) {
                        throw malformed();
                    }
                    api.permission(call.action()).ifPresent(caller::require);
                    return exchange.here(api.call(call)).map(QueryRoute::answer);
                })
                .recover(failure -> refusal(exchange, api, failure));
    }

    private QueryApi api(String version) {
        QueryApi api = apis.get(version);
        if (api == null) {
            throw new PlatformException(
                    ErrorCode.UNKNOWN_OPERATION, "No API of the version " + version + " is served here.");
        }
        return api;
    }

    /// @param api that the call was for, or null when that is not known
    private static Future<Answer> refusal(Exchange exchange, @Nullable QueryApi api, Throwable failure) {
        if (!(failure instanceof PlatformException reason)) {
            return Future.failedFuture(failure);
        }
        String requestId = exchange.requestId();
        if (api != null) {
            return Future.succeededFuture(answer(api.refusal(reason, requestId)));
        }
        AwsErrors.AwsError error = AwsErrors.query(reason.code());
        return Future.succeededFuture(answer(XML.failure(error, reason.text(), requestId)));
    }

    private static Answer answer(QueryApi.XmlAnswer answer) {
        var whole = new Answer.Whole(
                answer.status(),
                Map.of("Content-Type", answer.contentType(), "Cache-Control", "no-store"),
                Buffer.buffer(answer.body().bytes()));
        return answer.status() == 503 ? whole.with("Retry-After", "1") : whole;
    }

    private static Map<String, String> parse(String form) {
        var parameters = new LinkedHashMap<String, String>();
        for (String pair : form.split("&", MAX_PARAMETERS + 1)) {
            int equals = pair.indexOf('=');
            String name = decode(equals < 0 ? pair : pair.substring(0, equals));
            if (parameters.size() == MAX_PARAMETERS
                    || parameters.put(name, equals < 0 ? "" : decode(pair.substring(equals + 1))) != null) {
                throw malformed();
            }
        }
        return parameters;
    }

    private static PlatformException malformed() {
        return new PlatformException(
                ErrorCode.MALFORMED_REQUEST, "the form has too many parameters, or one of them twice");
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException _) {
            throw new PlatformException(ErrorCode.MALFORMED_REQUEST, "the form is not encoded as it should be");
        }
    }
}
