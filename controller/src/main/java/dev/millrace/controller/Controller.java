package dev.millrace.controller;

import static dev.millrace.controlplane.ResourceKind.ENDPOINT;
import static dev.millrace.controlplane.ResourceKind.INFERENCE_COMPONENT;

import dev.millrace.controller.autoscaling.Autoscaler;
import dev.millrace.controller.autoscaling.TargetsInForce;
import dev.millrace.controlplane.Deployed;
import dev.millrace.invocation.EndpointName;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.HostReport;
import dev.millrace.invocation.LaneId;
import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.PlatformObjects;
import dev.millrace.invocation.WakeSignal;
import dev.millrace.invocation.port.Feed;
import dev.millrace.monitoring.MetricArchiver;
import dev.millrace.monitoring.Monitoring;
import dev.millrace.monitoring.alarm.AlarmEvaluator;
import dev.millrace.runtime.HealthCheck;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Drives the endpoints that are this controller's from what is to what their documents ask for.
///
/// Controllers share the wake signals as one group: an endpoint belongs to the one that its signals go to, so a
/// controller that dies is followed by another within seconds. What happens, a document, a report, a
/// signal or a backlog, only marks an endpoint; the reconciliation then looks at everything.
///
/// Threads: the feeds' own, one per loop, and a virtual one per endpoint that is being reconciled.
public final class Controller implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(Controller.class);
    private static final String GROUP = "millrace-controllers";
    private static final Duration START_WITHIN = Duration.ofSeconds(30);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

    /// A second end of a call comes within seconds of the first, from a process that was slow to notice its loss.
    private static final Duration ENDS_SINCE = Duration.ofMinutes(5);

    private static final Duration ARCHIVE_EVERY = Duration.ofMinutes(1);

    private static final int ENDS_REMEMBERED = 100_000;

    private final ControllerPorts ports;
    private final ControllerConfig config;
    private final RandomGenerator random;
    private final HostBoard hosts;
    private final PlacementBoard placements;
    private final ComponentRoom room;
    private final LaneBoard readings = new LaneBoard();
    private final DecisionLog decisions = new DecisionLog();
    private final CrashReasons crashes = new CrashReasons();
    private final DeadLetterHandler deadLetters;
    private final Reconciliations reconciliations;
    private final EndpointReconciler reconciler;
    private final BacklogReader backlogs;
    private final LaneTrimming trimming;
    private final LaneOpener opener;
    private final SecondObjects secondObjects;
    private final Instant endsSince;
    private final Sweeper sweeper;
    private final DeletedEndpointSweep deletedEndpoints;
    private final ControllerMetrics metrics;
    private final EndpointMetrics endpointMetrics;
    private final HostMetrics hostMetrics;
    private final IdleEndpoints idleEndpoints;
    private final AlarmEvaluator alarms;
    private final Autoscaler autoscaler;
    private final MetricArchiver archiver;
    private final InstantSource clock;
    private final List<Loop> loops = new ArrayList<>();
    private final List<HealthCheck> checks = new ArrayList<>();
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private volatile Ownership ownership = Ownership.NONE;
    private Feed.@Nullable Subscription letters;
    private long lettersFor;

    public Controller(
            ControllerConfig config,
            ControllerPorts ports,
            MeterRegistry registry,
            InstantSource clock,
            RandomGenerator random) {
        this.config = config;
        this.ports = ports;
        this.random = random;
        this.hosts = new HostBoard(config.hostLostAfter(), clock, this::onReport);
        this.placements =
                new PlacementBoard(ports.placements(), hosts, new WorkerPlacer(new WorkerIds(random)), this::mark);
        var objects = new PlatformObjects(config.controlPlane().platformBucket());
        var targets = new TargetsInForce(ports.catalog());
        this.room = new ComponentRoom(ports.catalog(), placements, config.controlPlane());
        var failures = new RequestFailures(ports.store(), objects, ports.events(), ports.replies(), clock);
        var parts = new Parts(
                config,
                ports.catalog(),
                ports.lanes(),
                ports.consumers(),
                placements,
                readings,
                new WorkerTemplates(config.controlPlane()),
                room,
                new CapacityBounds(config.controlPlane(), room, targets),
                failures,
                decisions,
                clock,
                random);
        this.reconciler = new EndpointReconciler(parts);
        this.reconciliations = new Reconciliations(this::reconcile, clock, random);
        this.backlogs = new BacklogReader(ports.lanes(), readings, clock);
        this.deadLetters = new DeadLetterHandler(ports.lanes(), failures, crashes, this::isOurs);
        this.trimming = new LaneTrimming(ports.lanes(), readings, ports.deadLetters(), deadLetters, clock);
        this.opener = new LaneOpener(parts);
        this.endsSince = clock.instant().minus(ENDS_SINCE);
        this.secondObjects = new SecondObjects(ports.store(), endsSince, ENDS_REMEMBERED);
        this.sweeper = new Sweeper(ports.store(), objects, config.payloadRetention(), clock);
        this.deletedEndpoints = new DeletedEndpointSweep(ports.catalog(), config.deletedEndpointRetention(), clock);
        this.metrics = new ControllerMetrics(registry);
        this.clock = clock;
        Monitoring monitoring = ports.monitoring();
        this.endpointMetrics = new EndpointMetrics(readings, monitoring.recorder());
        this.hostMetrics = new HostMetrics(placements, monitoring.recorder());
        this.idleEndpoints = new IdleEndpoints(monitoring.reader(), monitoring.recorder(), clock.instant());
        this.archiver = monitoring.archiver();
        this.autoscaler =
                new Autoscaler(ports.catalog(), config.controlPlane().arns(), monitoring.reader(), targets, clock);
        this.alarms = new AlarmEvaluator(
                ports.catalog(),
                monitoring.reader(),
                List.of(new AlarmTopics(
                        ports.catalog(), ports.owed(), config.controlPlane().arns(), clock)),
                clock);
    }

    /// Reads what there is and begins to act; blocks until the first reading is done.
    ///
    /// @throws PlatformException `SERVICE_UNAVAILABLE` when the store or the broker does not answer
    public void start() {
        Feed.Subscription reports = follow(ports.hosts(), "hosts", hosts);
        Feed.Subscription placed = follow(ports.placements(), "placements", placements);
        if (!ports.catalog().awaitLoaded(START_WITHIN)) {
            throw new PlatformException(ErrorCode.SERVICE_UNAVAILABLE, "the resources could not be loaded");
        }
        Stages.await(reports.caughtUp());
        Stages.await(placed.caughtUp());
        hosts.caughtUp();
        Runnable ended = ports.catalog().onChange(ENDPOINT, (name, _) -> mark(new EndpointName(name)));
        open.push(ended::run);
        Runnable components = ports.catalog().onChange(INFERENCE_COMPONENT, (_, component) -> {
            if (component != null) {
                mark(component.endpoint());
            }
        });
        open.push(components::run);
        subscribed("ownership", ports.wakeSignals().share(GROUP, new WakeListener()));
        loop("backlogs", LOOK_EVERY, this::look);
        loop("dead-letters", Duration.ZERO, deadLetters::handle);
        subscribed("events", ports.events().follow(new Feed.Start.Since(endsSince), secondObjects));
        loop("second-objects", Duration.ZERO, secondObjects::delete);
        loop("trimming", config.trimEvery(), this::trim);
        subscribed("ended invocations", ports.events().share(EndedInvocations.GROUP, ended()));
        checks.add(new HealthCheck("metrics", ports.monitoring()::check));
        loop("alarms", LOOK_EVERY, this::evaluateAlarms);
        loop("autoscaling", LOOK_EVERY, this::autoscale);
        loop("metric-archive", ARCHIVE_EVERY, this::archiveMetrics);
        loop("sweeper", config.sweepEvery(), this::sweep);
        LOGGER.atInfo().log("controller started");
    }

    /// Whether the loops run and the store and the broker answer.
    public List<HealthCheck> healthChecks() {
        var all = new ArrayList<>(checks);
        all.add(new HealthCheck("resources", ports.catalog()::check));
        all.add(new HealthCheck("lanes", ports.lanes()::check));
        return all;
    }

    @Override
    public void close() {
        loops.reversed().forEach(Loop::close);
        if (letters != null) {
            letters.close();
        }
        while (!open.isEmpty()) {
            closeQuietly(open.pop());
        }
        reconciliations.close();
        backlogs.close();
        reconciler.close();
    }

    private EndedInvocations ended() {
        return new EndedInvocations(ports.monitoring().recorder());
    }

    private void evaluateAlarms() {
        if (ownership.isFirst()) {
            alarms.run();
        }
    }

    private void autoscale() {
        Ownership current = ownership;
        autoscaler.round(current::owns, current.isFirst());
    }

    private void archiveMetrics() throws InterruptedException {
        if (ownership.isFirst()) {
            archiver.archive();
        }
    }

    private final class WakeListener implements Feed.GroupListener<WakeSignal> {
        @Override
        public void onAssigned(Set<Integer> partitions, int count) {
            ownership = new Ownership(ownership.version() + 1, partitions, count);
            LOGGER.atInfo()
                    .addKeyValue("partitions", partitions.size())
                    .addKeyValue("of", count)
                    .log("endpoints assigned");
            known().forEach(reconciliations::mark);
        }

        @Override
        public void onDocument(String key, @Nullable WakeSignal signal) {
            if (signal != null) {
                reconciler.wake(new GenerationKey(signal.endpoint(), signal.generation()));
                reconciliations.markNow(signal.endpoint());
            }
        }
    }

    private <T> Feed.Subscription follow(Feed<T> feed, String name, Feed.Listener<T> listener) {
        return subscribed(name, feed.follow(new Feed.Start.Beginning(), listener));
    }

    private Feed.Subscription subscribed(String name, Feed.Subscription subscription) {
        open.push(subscription);
        checks.add(new HealthCheck(name, subscription::check));
        return subscription;
    }

    private void loop(String name, Duration pause, Loop.Step step) {
        var loop = new Loop("controller-" + name, pause, random, step);
        loops.add(loop);
        checks.add(loop.health());
    }

    private void mark(EndpointName endpoint) {
        if (ownership.owns(endpoint)) {
            reconciliations.mark(endpoint);
        }
    }

    private void reconcile(EndpointName endpoint) {
        if (ownership.owns(endpoint)) {
            reconciler.reconcile(endpoint);
        } else {
            reconciler.release(endpoint);
        }
    }

    /// Marks the endpoints whose workers are in another state than before, and those that wait for room
    /// when there may be some.
    private void onReport(@Nullable HostReport before, HostReport now) {
        crashes.note(now);
        var changed = new HashSet<String>(now.workers().keySet());
        if (before != null) {
            changed.addAll(before.workers().keySet());
            changed.removeIf(worker ->
                    Objects.equals(before.workers().get(worker), now.workers().get(worker)));
        }
        changed.stream()
                .flatMap(worker -> WorkerIds.generationOf(worker).stream())
                .map(GenerationKey::endpoint)
                .distinct()
                .forEach(this::mark);
        if (before == null
                || before.maxWorkers() != now.maxWorkers()
                || !now.workers().keySet().containsAll(before.workers().keySet())) {
            placements.waitingEndpoints().forEach(this::mark);
        }
    }

    /// Looks at the backlog of every owned lane, then at every owned endpoint.
    private void look() throws InterruptedException {
        followDeadLetters(ownership.version());
        List<Deployed<?>> owned = owned();
        backlogs.read(lanes(owned));
        endpointMetrics.record(owned, clock.instant());
        hostMetrics.record(owned, clock.instant());
        idleEndpoints.record(owned, clock.instant());
        var lost = hosts.sweep();
        lost.forEach(host -> LOGGER.atWarn()
                .addKeyValue("host", host.hostId())
                .addKeyValue("workers", host.workers().size())
                .log("worker host lost"));
        metrics.update(owned, decisions, readings, opener, hosts.alive().size(), reconciliations.failing());
        known().forEach(this::mark);
    }

    /// Dead letters of endpoints that were not ours were passed over, so a change of ownership reads all again.
    private void followDeadLetters(long version) {
        if (version == lettersFor) {
            return;
        }
        Feed.Subscription before = letters;
        if (before != null) {
            letters = null;
            before.close();
        }
        deadLetters.forgetOthers();
        letters = ports.deadLetters().follow(new Feed.Start.Beginning(), deadLetters);
        lettersFor = version;
    }

    private void trim() {
        long version = ownership.version();
        List<Deployed<?>> owned = owned();
        for (Deployed<?> deployed : owned) {
            if (opener.open(deployed)) {
                mark(deployed.endpoint());
            }
        }
        Set<LaneId> lanes = lanes(owned);
        crashes.retain(lanes.stream().map(GenerationKey::of).collect(Collectors.toUnmodifiableSet()));
        trimming.trim(lanes, version);
    }

    private void sweep() throws InterruptedException {
        deletedEndpoints.sweep(ownership::owns);
        if (ownership.isFirst()) {
            var _ = sweeper.sweep();
            var _ = sweeper.abortUnfinished();
            archiver.sweep();
            alarms.sweep();
        }
    }

    /// The endpoints that are this controller's, and their components.
    private List<Deployed<?>> owned() {
        return deployed()
                .filter(each -> ownership.owns(each.endpoint()))
                .<Deployed<?>>map(each -> each)
                .toList();
    }

    private Stream<Deployed<?>> deployed() {
        return Stream.concat(ports.catalog().all(ENDPOINT).stream(), ports.catalog().all(INFERENCE_COMPONENT).stream());
    }

    /// Every endpoint that has a document or a placement.
    private Set<EndpointName> known() {
        var names = new HashSet<>(placements.endpoints());
        deployed().forEach(each -> names.add(each.endpoint()));
        return names;
    }

    private static Set<LaneId> lanes(List<Deployed<?>> deployed) {
        return deployed.stream()
                .flatMap(each -> each.generations().stream())
                .flatMap(generation -> generation.lanes().stream())
                .collect(Collectors.toUnmodifiableSet());
    }

    private boolean isOurs(LaneId lane) {
        return ownership.owns(lane.endpoint())
                && deployed()
                        .filter(each -> each.endpoint().equals(lane.endpoint()))
                        .flatMap(each -> each.generations().stream())
                        .anyMatch(generation -> generation.lanes().contains(lane));
    }

    private static void closeQuietly(AutoCloseable part) {
        try {
            part.close();
        } catch (Exception e) {
            LOGGER.atWarn().addKeyValue("error", e.toString()).log("a part did not close");
        }
    }
}
