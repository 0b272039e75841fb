package dev.millrace.gateway;

import dev.millrace.controlplane.operation.AwsService;
import dev.millrace.gateway.accept.AsyncAcceptance;
import dev.millrace.gateway.accept.Backlogs;
import dev.millrace.gateway.accept.LaneChooser;
import dev.millrace.gateway.accept.ServingEndpoints;
import dev.millrace.gateway.accept.Wakes;
import dev.millrace.gateway.access.AccessKeyStore;
import dev.millrace.gateway.access.IamApi;
import dev.millrace.gateway.access.StsApi;
import dev.millrace.gateway.cloudwatch.CloudWatchQueryApi;
import dev.millrace.gateway.http.Authentication;
import dev.millrace.gateway.http.HttpFront;
import dev.millrace.gateway.http.InFlight;
import dev.millrace.gateway.http.QueryApi;
import dev.millrace.gateway.http.Router;
import dev.millrace.gateway.limit.Blocking;
import dev.millrace.gateway.limit.Bound;
import dev.millrace.gateway.realtime.CapacityRule;
import dev.millrace.gateway.realtime.RealTimeCalls;
import dev.millrace.gateway.status.StatusFeed;
import dev.millrace.gateway.status.StatusIndex;
import dev.millrace.gateway.upload.Uploads;
import dev.millrace.identity.BearerTokens;
import dev.millrace.identity.NewAccessKey;
import dev.millrace.identity.SecretSeal;
import dev.millrace.identity.SessionTokens;
import dev.millrace.identity.SignatureVerifier;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.InvocationId;
import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.port.RequestQueue;
import dev.millrace.monitoring.InvocationMetrics;
import dev.millrace.runtime.HealthCheck;
import dev.millrace.runtime.Lifecycle;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.PoolOptions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A gateway as a component: constructed with its connections, started, closed.
///
/// Closing refuses new requests, finishes those under way within the drain timeout, and then lets go of
/// everything.
public final class Gateway implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(Gateway.class);
    private static final int BLOCKING_AT_ONCE = 64;
    private static final int BLOCKING_WAITING = 4_096;
    private static final int DOWNLOADS_AT_ONCE = 64;
    private static final int SCANS_AT_ONCE = 2;
    private static final int MAX_ACCESS_KEYS = 1_000;
    private static final int HELD_BODY = 1 << 20;
    /// What AWS's clients sign for when they call the APIs that are served here.
    private static final Set<String> SERVICES =
            Set.of("sagemaker", "sns", "application-autoscaling", "monitoring", "iam", "sts");
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration START_PATIENCE = Duration.ofSeconds(30);

    private final GatewayConfig config;
    private final GatewayParts parts;
    private final InstantSource clock;
    private final SecureRandom random;
    private final MeterRegistry metrics;
    private final Lifecycle lifecycle = new Lifecycle();
    private final InFlight inFlight = new InFlight();
    private final AtomicInteger port = new AtomicInteger();
    private final Vertx vertx;
    private final Blocking blocking;
    private final StatusIndex index;
    private final StatusFeed feed;
    private final Wakes wakes;
    private final RealTimeCalls realTime;
    private final AsyncAcceptance acceptance;
    private final InvocationMetrics invocations;
    private final Router router;

    /// Connects, and begins to follow events and placements; listens only after [#start].
    ///
    /// @param random for ids and secrets
    public Gateway(
            GatewayConfig config, GatewayParts parts, InstantSource clock, SecureRandom random, MeterRegistry metrics) {
        this.random = random;
        this.config = config;
        this.parts = parts;
        this.clock = clock;
        this.metrics = metrics;
        this.vertx = lifecycle
                .open("vertx", () -> new ClosableVertx(vertx(config)), PATIENCE)
                .vertx();
        this.blocking = lifecycle.open(
                "blocking calls",
                () -> new Blocking(BLOCKING_AT_ONCE, bound("blocking calls", BLOCKING_WAITING)),
                PATIENCE);
        RequestQueue queue =
                lifecycle.open("queue", () -> parts.queue().open(vertx, bound("sends", config.maxSends())), PATIENCE);
        this.index = new StatusIndex(config.statusEntries());
        metrics.gauge("gateway.status.entries", index, StatusIndex::size);
        this.feed = lifecycle.open("status", () -> statusFeed(parts), PATIENCE);
        this.wakes = lifecycle.open(
                "placements", () -> new Wakes(parts.wakes(), parts.placements(), System::nanoTime), PATIENCE);
        Supplier<InvocationId> ids = () -> InvocationId.create(clock, random);
        Counter noCapacity = metrics.counter("gateway.no-capacity");
        this.invocations = new InvocationMetrics(parts.metrics());
        var endpoints = new ServingEndpoints(parts.catalog(), parts.arns().account());
        var lanes = new LaneChooser();
        this.acceptance = new AsyncAcceptance(
                endpoints,
                new Backlogs(index, config.maxBacklog(), metrics),
                lanes,
                wakes,
                parts.objects(),
                parts.store(),
                queue,
                parts.events(),
                index,
                blocking,
                clock,
                ids);
        this.realTime = lifecycle.open(
                "real-time calls",
                () -> new RealTimeCalls(
                        endpoints,
                        new CapacityRule(config.isHeldWithoutCapacity(), callee -> {
                            noCapacity.increment();
                            invocations.foundNoCapacity(String.valueOf(callee.component()));
                        }),
                        lanes,
                        wakes,
                        parts.objects(),
                        parts.store(),
                        queue,
                        parts.replies(),
                        "gateway-" + UUID.randomUUID(),
                        new Bound("real-time calls", config.maxRealTimeCalls(), ErrorCode.BACKLOG_FULL, metrics),
                        config.realTimePatience(),
                        blocking,
                        clock,
                        ids),
                PATIENCE);
        this.router = router(parts);
    }

    /// Listens; returns when requests are served.
    public Gateway start() {
        lifecycle.start("http", this::listen, this::drain, config.drainTimeout().plus(PATIENCE));
        LOGGER.atInfo()
                .addKeyValue("host", config.host())
                .addKeyValue("port", port())
                .log("gateway listens");
        return this;
    }

    /// Where it listens.
    public int port() {
        return port.get();
    }

    /// Takes calls that do not come over HTTP.
    public AsyncAcceptance acceptance() {
        return acceptance;
    }

    /// What must hold for the gateway to take calls.
    public List<HealthCheck> readiness() {
        return List.of(
                new HealthCheck("http", this::requireListening),
                new HealthCheck("store", parts.store()::check),
                new HealthCheck("events", feed::check),
                new HealthCheck("placements", wakes::check),
                new HealthCheck("replies", realTime::check),
                new HealthCheck("catalog", parts.catalog()::check));
    }

    @Override
    public void close() {
        lifecycle.close();
    }

    private void requireListening() {
        if (port() == 0) {
            throw new PlatformException(ErrorCode.SERVICE_UNAVAILABLE, "the gateway does not listen yet");
        }
    }

    private void listen() throws TimeoutException {
        vertx.deployVerticle(
                        () -> new HttpFront(
                                config.host(), config.port(), config.http(), router, inFlight, clock, metrics, port),
                        new DeploymentOptions().setInstances(config.eventLoops()))
                .await(START_PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    private void drain() throws InterruptedException {
        try {
            inFlight.drain().toCompletableFuture().get(config.drainTimeout().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException _) {
            LOGGER.atWarn().addKeyValue("requests", inFlight.count()).log("requests were cut off by the stop");
        } catch (ExecutionException e) {
            throw new IllegalStateException("draining cannot fail", e);
        }
    }

    private Router router(GatewayParts parts) {
        var client = vertx.createHttpClient(
                new HttpClientOptions()
                        .setConnectTimeout((int) PATIENCE.toMillis())
                        // Shorter than any store's own: no request goes out on a connection that is closing.
                        .setKeepAliveTimeout(15)
                        .setTcpNoDelay(true)
                        .setDecompressionSupported(false),
                new PoolOptions().setHttp1MaxSize(config.maxUploads() + 2 * config.maxUnsizedUploads()));
        var uploads = new Uploads(
                vertx,
                client,
                parts.signer(),
                bound("uploads", config.maxUploads()),
                bound("uploads of unknown length", config.maxUnsizedUploads()),
                metrics);
        SecretSeal seal = config.authentication().seal(random);
        var keyMaker = new NewAccessKey(random);
        var accessKeys = new AccessKeyStore(
                config.authentication().root(), parts.catalog(), parts.arns(), seal, keyMaker, clock, MAX_ACCESS_KEYS);
        SessionTokens sessions = seal == null || !config.authentication().isRequired()
                ? null
                : new SessionTokens(accessKeys, seal, keyMaker, clock);
        return Router.create(
                vertx,
                config.payloads(),
                authentication(accessKeys, sessions, parts.arns().region()),
                accessKeys,
                parts.arns(),
                parts.catalog(),
                parts.services(),
                queryApis(sessions),
                acceptance,
                realTime,
                invocations,
                index,
                feed,
                parts.store(),
                parts.signer(),
                uploads,
                blocking,
                lifecycle.open(
                        "downloads",
                        () -> new Blocking(DOWNLOADS_AT_ONCE, bound("downloads", DOWNLOADS_AT_ONCE)),
                        PATIENCE));
    }

    private List<QueryApi> queryApis(@Nullable SessionTokens sessions) {
        return Stream.of(
                        parts.queryApis().stream(),
                        Stream.of(new IamApi(parts.arns()), new StsApi(parts.arns(), sessions)),
                        parts.services().stream()
                                .filter(each -> each.service() == AwsService.CLOUD_WATCH)
                                .map(CloudWatchQueryApi::new))
                .<QueryApi>flatMap(each -> each)
                .toList();
    }

    /// @param sessions null where nobody is asked who they are
    private Authentication authentication(AccessKeyStore keys, @Nullable SessionTokens sessions, String region) {
        return sessions == null
                ? Authentication.off()
                : Authentication.by(
                        new SignatureVerifier(keys, sessions, region, SERVICES, clock),
                        new BearerTokens(keys),
                        Math.min(config.payloads().inlineBytes(), HELD_BODY));
    }

    private StatusFeed statusFeed(GatewayParts from) {
        return new StatusFeed(
                from.events(),
                index,
                config.eventRetention(),
                clock,
                blocking,
                new Bound("status searches", SCANS_AT_ONCE, ErrorCode.SERVICE_UNAVAILABLE, metrics));
    }

    private Bound bound(String name, int limit) {
        return new Bound(name, limit, ErrorCode.SERVICE_UNAVAILABLE, metrics);
    }

    private static Vertx vertx(GatewayConfig config) {
        return Vertx.vertx(new VertxOptions()
                .setPreferNativeTransport(true)
                .setEventLoopPoolSize(config.eventLoops())
                .setWorkerPoolSize(4)
                .setInternalBlockingPoolSize(4));
    }

    /// Vert.x as a part that is closed.
    private record ClosableVertx(Vertx vertx) implements AutoCloseable {
        @Override
        public void close() throws TimeoutException {
            vertx.close().await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
    }
}
