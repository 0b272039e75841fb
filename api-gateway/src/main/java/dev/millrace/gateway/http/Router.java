package dev.millrace.gateway.http;

import dev.millrace.controlplane.Arns;
import dev.millrace.controlplane.ResourceCatalog;
import dev.millrace.controlplane.operation.ServiceOperations;
import dev.millrace.gateway.accept.AsyncAcceptance;
import dev.millrace.gateway.access.AccessKeyStore;
import dev.millrace.gateway.limit.Blocking;
import dev.millrace.gateway.realtime.RealTimeCalls;
import dev.millrace.gateway.status.StatusFeed;
import dev.millrace.gateway.status.StatusIndex;
import dev.millrace.gateway.upload.Uploads;
import dev.millrace.identity.Permission;
import dev.millrace.invocation.EndpointName;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PayloadLimits;
import dev.millrace.invocation.port.ObjectStore;
import dev.millrace.invocation.port.UploadSigner;
import dev.millrace.monitoring.InvocationMetrics;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Decides by path, header and method which route answers a request; deterministic, as the API's
/// clients expect.
public final class Router {
    private static final String FORM = "application/x-www-form-urlencoded";
    private static final int MAX_SEGMENT = 1024;

    /// Where a request goes.
    ///
    /// @param name of the route, as a metrics tag
    record Target(String name, Api api, Route route) {}

    private final AwsJsonRoute awsJson;
    private final CborRoute cbor;
    private final QueryRoute query;
    private final AsyncRoutes async;
    private final RealTimeRoutes realTime;
    private final StatusRoutes status;
    private final EndpointRoutes endpoints;
    private final ObjectSender objects;
    private final AccessKeyRoutes accessKeys;
    private final CertificateRoutes certificates;
    private final Authentication authentication;

    private Router(
            Authentication authentication,
            AccessKeyRoutes accessKeys,
            CertificateRoutes certificates,
            AwsJsonRoute awsJson,
            CborRoute cbor,
            QueryRoute query,
            AsyncRoutes async,
            RealTimeRoutes realTime,
            StatusRoutes status,
            EndpointRoutes endpoints,
            ObjectSender objects) {
        this.authentication = authentication;
        this.accessKeys = accessKeys;
        this.certificates = certificates;
        this.awsJson = awsJson;
        this.cbor = cbor;
        this.query = query;
        this.async = async;
        this.realTime = realTime;
        this.status = status;
        this.endpoints = endpoints;
        this.objects = objects;
    }

    /// Makes every route.
    ///
    /// @param services that are called as JSON at `POST /`
    /// @param downloads sends objects to callers, who may be slow: apart from other calls
    public static Router create(
            Vertx vertx,
            PayloadLimits limits,
            Authentication authentication,
            AccessKeyStore accessKeys,
            Arns arns,
            ResourceCatalog catalog,
            List<ServiceOperations> services,
            List<QueryApi> queryApis,
            AsyncAcceptance acceptance,
            RealTimeCalls realTimeCalls,
            InvocationMetrics invocations,
            StatusIndex index,
            StatusFeed feed,
            ObjectStore store,
            UploadSigner signer,
            Uploads uploads,
            Blocking blocking,
            Blocking downloads) {
        return new Router(
                authentication,
                new AccessKeyRoutes(accessKeys, blocking),
                new CertificateRoutes(catalog),
                new AwsJsonRoute(services, blocking, authentication),
                new CborRoute(services, blocking, authentication),
                new QueryRoute(queryApis, authentication),
                new AsyncRoutes(acceptance, new BodyReader(uploads, limits.inlineBytes(), limits.asynchronousBytes())),
                new RealTimeRoutes(
                        vertx,
                        realTimeCalls,
                        invocations,
                        new BodyReader(uploads, limits.inlineBytes(), limits.realTimeBytes()),
                        new ModelErrors(arns),
                        store,
                        blocking),
                new StatusRoutes(vertx, index, feed, store, signer, blocking),
                new EndpointRoutes(catalog),
                new ObjectSender(store, downloads));
    }

    ObjectSender objects() {
        return objects;
    }

    /// Where the request goes; one whose address cannot be read is refused there.
    Target target(HttpServerRequest request) {
        try {
            return readableTarget(request);
        } catch (IllegalArgumentException _) {
            return fixed("not-found", Api.MILLRACE, ErrorCode.VALIDATION_ERROR, 400, "the address is not well-formed");
        }
    }

    private Target readableTarget(HttpServerRequest request) {
        String path = request.path();
        if (path == null || path.isEmpty()) {
            return notFound(Api.MILLRACE);
        }
        if (path.startsWith("/endpoints/")) {
            return ofEndpoint(
                    request, List.of(path.substring("/endpoints/".length()).split("/", -1)));
        }
        if (path.equals("/access-keys") || path.startsWith("/access-keys/")) {
            return ofAccessKeys(request.method(), List.of(path.substring(1).split("/", -1)));
        }
        if (path.startsWith(CborRoute.PREFIX)) {
            return cbor.target(path)
                    .map(target -> only(HttpMethod.POST, request.method(), target.name(), target.api(), target.route()))
                    .orElseGet(() -> notFound(Api.MILLRACE));
        }
        if (path.startsWith("/sns/")) {
            return only(HttpMethod.GET, request.method(), "certificate", Api.MILLRACE, certificates::certificate);
        }
        if (!path.equals("/")) {
            return notFound(Api.MILLRACE);
        }
        String target = request.getHeader("X-Amz-Target");
        if (target != null) {
            return awsJson.target(target);
        }
        String type = request.getHeader("Content-Type");
        boolean isForm = type != null && type.toLowerCase(Locale.ROOT).startsWith(FORM);
        if (isForm || (request.method().equals(HttpMethod.GET) && request.getParam("Action") != null)) {
            return new Target("query", Api.CONTROL_PLANE, query::handle);
        }
        return notFound(Api.MILLRACE);
    }

    private Target ofEndpoint(HttpServerRequest request, List<String> segments) {
        HttpMethod method = request.method();
        String operation = segments.size() > 1 ? segments.get(1) : "";
        return switch (operation) {
            case "invocations" ->
                segments.size() == 2
                        ? only(
                                HttpMethod.POST,
                                method,
                                "invoke",
                                Api.RUNTIME,
                                invoking(named(segments, realTime::invoke)))
                        : notFound(Api.RUNTIME);
            case "async-invocations" ->
                switch (segments.size()) {
                    case 2 ->
                        only(
                                HttpMethod.POST,
                                method,
                                "invoke-async",
                                Api.RUNTIME,
                                invoking(named(segments, async::invoke)));
                    case 3 ->
                        only(
                                HttpMethod.GET,
                                method,
                                "status",
                                Api.MILLRACE,
                                invoking(identified(segments, status::status)));
                    case 4 ->
                        segments.get(3).equals("output")
                                ? only(
                                        HttpMethod.GET,
                                        method,
                                        "output",
                                        Api.MILLRACE,
                                        invoking(identified(segments, status::output)))
                                : notFound(Api.MILLRACE);
                    default -> notFound(Api.MILLRACE);
                };
            case "webhook-secret" ->
                segments.size() == 2
                        ? only(
                                HttpMethod.GET,
                                method,
                                "webhook-secret",
                                Api.MILLRACE,
                                authentication.guard(Permission.OPERATE, named(segments, endpoints::webhookSecret)))
                        : notFound(Api.MILLRACE);
            case "invocations-response-stream", "invocations-bidirectional-stream", "openai", "inference-components" ->
                fixed(
                        "unknown-operation",
                        Api.RUNTIME,
                        ErrorCode.UNKNOWN_OPERATION,
                        404,
                        "the operation is not supported");
            default -> notFound(Api.RUNTIME);
        };
    }

    private Route invoking(Route route) {
        return authentication.guard(Permission.INVOKE, route);
    }

    private Target ofAccessKeys(HttpMethod method, List<String> segments) {
        String last = segments.getLast();
        Route route = switch (method.name() + " " + segments.size()) {
            case "GET 1" -> accessKeys::list;
            case "POST 1" -> accessKeys::create;
            case "DELETE 2" -> accessKeys.delete(last);
            case "POST 3" -> last.equals("rotate") ? accessKeys.rotate(segments.get(1)) : null;
            default -> null;
        };
        return route == null
                ? notFound(Api.MILLRACE)
                : new Target("access-keys", Api.MILLRACE, authentication.guard(Permission.ADMINISTER, route));
    }

    private static Route named(List<String> segments, Function<EndpointName, Route> route) {
        return exchange ->
                route.apply(new EndpointName(decoded(segments.getFirst()))).handle(exchange);
    }

    /// A route for one invocation of an endpoint.
    @FunctionalInterface
    interface IdentifiedRoute {
        /// @param id an invocation id or an inference id, as the caller gave it
        Route of(EndpointName endpoint, String id);
    }

    private static Route identified(List<String> segments, IdentifiedRoute route) {
        return exchange -> route.of(new EndpointName(decoded(segments.getFirst())), decoded(segments.get(2)))
                .handle(exchange);
    }

    private static Target only(HttpMethod allowed, HttpMethod method, String name, Api api, Route route) {
        if (method.equals(allowed)) {
            return new Target(name, api, route);
        }
        Answer answer = ErrorAnswers.of(api, ErrorCode.UNKNOWN_OPERATION, 405, "this path answers " + allowed + " only")
                .with("Allow", allowed.name());
        return new Target(name, api, _ -> Future.succeededFuture(answer));
    }

    private static Target notFound(Api api) {
        return fixed("not-found", api, ErrorCode.UNKNOWN_OPERATION, 404, "there is nothing at this path");
    }

    private static Target fixed(String name, Api api, ErrorCode code, int status, String message) {
        return new Target(name, api, _ -> Future.succeededFuture(ErrorAnswers.of(api, code, status, message)));
    }

    /// Percent-decodes once and strictly: what is not UTF-8 afterwards is refused, not repaired.
    private static String decoded(String segment) {
        if (segment.isEmpty() || segment.length() > MAX_SEGMENT) {
            throw RequestHeaders.invalid("a path segment is empty or too long");
        }
        if (segment.indexOf('%') < 0) {
            return segment;
        }
        var bytes = ByteBuffer.allocate(segment.length());
        for (int i = 0; i < segment.length(); i++) {
            char c = segment.charAt(i);
            if (c != '%') {
                if (c > 0x7F) {
                    throw RequestHeaders.invalid("a path segment holds a character that is not ASCII");
                }
                bytes.put((byte) c);
                continue;
            }
            int high = digit(segment, i + 1);
            int low = digit(segment, i + 2);
            if (high < 0 || low < 0) {
                throw RequestHeaders.invalid("a path segment is not percent-encoded as it should be");
            }
            bytes.put((byte) (high << 4 | low));
            i += 2;
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
        } catch (CharacterCodingException _) {
            throw RequestHeaders.invalid("a path segment is not UTF-8");
        }
    }

    private static int digit(String text, int at) {
        return at < text.length() ? Character.digit(text.charAt(at), 16) : -1;
    }

    static @Nullable String parameter(HttpServerRequest request, String name) {
        List<String> values;
        try {
            values = request.params().getAll(name);
        } catch (IllegalArgumentException _) {
            throw RequestHeaders.invalid("the query is not percent-encoded as it should be");
        }
        if (values.size() > 1) {
            throw RequestHeaders.invalid("parameter " + name + ": given more than once");
        }
        return values.isEmpty() ? null : values.getFirst();
    }
}
