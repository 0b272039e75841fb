package dev.millrace.gateway.http;

import dev.millrace.gateway.upload.CallerGoneException;
import dev.millrace.invocation.ErrorCode;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The HTTP/1.1 server of one event loop: limits, request ids, one answer for every request.
public final class HttpFront extends VerticleBase {
    private static final Logger LOGGER = LoggerFactory.getLogger(HttpFront.class);
    private static final DateTimeFormatter HTTP_DATE =
            DateTimeFormatter.RFC_1123_DATE_TIME.withZone(ZoneOffset.UTC).withLocale(Locale.ROOT);
    private static final int READ_BYTES = 64 << 10;
    /// How much of a refused body is still read and thrown away, so that a caller that only reads when it has
    /// written sees the answer and not a reset.
    private static final long MAX_DISCARDED = 64L << 20;
    private static final Duration MAX_DISCARDING = Duration.ofSeconds(5);

    private final String host;
    private final int port;
    private final HttpLimits limits;
    private final Router router;
    private final ObjectSender objects;
    private final InFlight inFlight;
    private final InstantSource clock;
    private final MeterRegistry metrics;
    private final AtomicInteger actualPort;
    private int connections;

    /// @param actualPort set to the port that the server listens on
    public HttpFront(
            String host,
            int port,
            HttpLimits limits,
            Router router,
            InFlight inFlight,
            InstantSource clock,
            MeterRegistry metrics,
            AtomicInteger actualPort) {
        this.host = host;
        this.port = port;
        this.limits = limits;
        this.router = router;
        this.objects = router.objects();
        this.inFlight = inFlight;
        this.clock = clock;
        this.metrics = metrics;
        this.actualPort = actualPort;
    }

    @Override
    public Future<?> start() {
        var options = new HttpServerOptions()
                .setHost(host)
                .setPort(port)
                .setMaxHeaderSize(limits.maxHeaderBytes())
                .setMaxInitialLineLength(limits.maxInitialLineBytes())
                .setMaxChunkSize(READ_BYTES)
                .setIdleTimeout((int) limits.idleTimeout().toSeconds())
                .setIdleTimeoutUnit(TimeUnit.SECONDS)
                .setHttp2ClearTextEnabled(false)
                .setTcpNoDelay(true);
        HttpServer server = vertx.createHttpServer(options);
        return server.connectionHandler(this::onConnection)
                .invalidRequestHandler(this::onInvalid)
                .requestHandler(this::onRequest)
                .exceptionHandler(failure -> LOGGER.atDebug()
                        .addKeyValue("error", failure.getMessage())
                        .log("connection failed before a request was whole"))
                .listen()
                .onSuccess(listening -> actualPort.set(listening.actualPort()));
    }

    private void onConnection(HttpConnection connection) {
        if (++connections > limits.maxConnections()) {
            metrics.counter("gateway.refused", "bound", "connections").increment();
            connection.close();
        }
        connection.closeHandler(_ -> connections--);
    }

    private void onRequest(HttpServerRequest request) {
        // Before anything asynchronous: a body that arrives while nobody listens would be lost.
        request.pause();
        Context here = vertx.getOrCreateContext();
        var exchange = new Exchange(request, here, UUID.randomUUID().toString());
        var timer = Timer.start(metrics);
        Router.Target target = router.target(request);
        boolean isCounted = false;
        Future<Answer> answer;
        try {
            inFlight.enter();
            isCounted = true;
            requireSaneHeaders(request);
            answer = target.route().handle(exchange);
        } catch (RuntimeException e) {
            answer = Future.failedFuture(e);
        }
        finish(exchange, target, answer, timer, isCounted);
    }

    private void finish(
            Exchange exchange, Router.Target target, Future<Answer> answer, Timer.Sample timer, boolean isCounted) {
        answer.recover(failure -> failure instanceof CallerGoneException
                        ? Future.failedFuture(failure)
                        : Future.succeededFuture(ErrorAnswers.of(target.api(), failure, exchange.requestId())))
                .compose(whole -> send(exchange, whole).map(whole.status()))
                .onComplete(done -> {
                    if (isCounted) {
                        inFlight.leave();
                    }
                    int status = done.succeeded() ? done.result() : 499;
                    timer.stop(metrics.timer("gateway.requests", "route", target.name(), "status", "" + status));
                    if (done.failed() && !(done.cause() instanceof CallerGoneException)) {
                        LOGGER.atDebug()
                                .addKeyValue("requestId", exchange.requestId())
                                .addKeyValue("error", done.cause().getMessage())
                                .log("answer not delivered");
                    }
                });
    }

    private void requireSaneHeaders(HttpServerRequest request) {
        int count = 0;
        for (Map.Entry<String, String> header : request.headers()) {
            if (header.getKey().isEmpty()) {
                throw RequestHeaders.invalid("a header has no name");
            }
            count++;
        }
        if (count > limits.maxHeaders()) {
            throw RequestHeaders.invalid("the request has more than " + limits.maxHeaders() + " headers");
        }
        String expect = request.getHeader("Expect");
        if (expect != null && !expect.equalsIgnoreCase("100-continue")) {
            throw RequestHeaders.invalid("header Expect: only 100-continue is known");
        }
    }

    private Future<Void> send(Exchange exchange, Answer answer) {
        HttpServerResponse response = exchange.request().response();
        if (response.closed() || response.ended()) {
            return Future.failedFuture(new CallerGoneException());
        }
        begin(response, answer, exchange.requestId());
        if (inFlight.isDraining()) {
            response.putHeader("Connection", "close");
        }
        Future<Void> sent = switch (answer) {
            case Answer.Whole whole -> response.end(whole.body());
            case Answer.Streamed streamed -> {
                response.putHeader(
                        "Content-Length", Long.toString(streamed.object().size()));
                yield exchange.here(objects.send(streamed, response))
                        .onFailure(_ -> response.reset())
                        .mapEmpty();
            }
        };
        discardRest(exchange.request());
        return sent;
    }

    private void begin(HttpServerResponse response, Answer answer, String requestId) {
        response.setStatusCode(answer.status())
                .putHeader("x-amzn-RequestId", requestId)
                .putHeader("Date", HTTP_DATE.format(clock.instant()));
        answer.headers().forEach(response::putHeader);
    }

    /// Reads on over a body that nobody wants, within bounds; then the connection can serve its next request.
    private void discardRest(HttpServerRequest request) {
        if (request.isEnded()) {
            return;
        }
        long[] discarded = {0};
        long timer = vertx.setTimer(
                MAX_DISCARDING.toMillis(), _ -> request.connection().close());
        request.handler(chunk -> {
            discarded[0] += chunk.length();
            if (discarded[0] > MAX_DISCARDED) {
                request.connection().close();
            }
        });
        request.exceptionHandler(_ -> vertx.cancelTimer(timer));
        request.endHandler(_ -> vertx.cancelTimer(timer));
        request.resume();
        if (request.isEnded()) {
            vertx.cancelTimer(timer);
        }
    }

    /// A request that the HTTP decoder refused: bad syntax, or longer than the limits.
    private void onInvalid(HttpServerRequest request) {
        Throwable cause = request.decoderResult().cause();
        int status = switch (cause) {
            case TooLongHttpLineException _ -> 414;
            case TooLongHttpHeaderException _ -> 431;
            case null, default -> 400;
        };
        Answer answer = ErrorAnswers.of(
                Api.MILLRACE, ErrorCode.VALIDATION_ERROR, status, "the request is not well-formed HTTP/1.1");
        HttpServerResponse response = request.response();
        begin(response, answer, UUID.randomUUID().toString());
        response.putHeader("Connection", "close");
        if (answer instanceof Answer.Whole whole) {
            response.end(whole.body()).onComplete(_ -> request.connection().close());
        }
    }
}
