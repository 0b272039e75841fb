package dev.millrace.monitoring.alarm;

import static dev.millrace.controlplane.ResourceKind.ALARM;

import dev.millrace.controlplane.AlarmDefinition;
import dev.millrace.controlplane.AlarmResource;
import dev.millrace.controlplane.AlarmState;
import dev.millrace.controlplane.ResourceCatalog;
import dev.millrace.invocation.PlatformException;
import dev.millrace.monitoring.Datapoint;
import dev.millrace.monitoring.MetricKey;
import dev.millrace.monitoring.MetricReader;
import dev.millrace.monitoring.Statistic;
import dev.millrace.monitoring.Unit;
import dev.millrace.monitoring.alarm.AlarmReason.Point;
import dev.millrace.monitoring.math.MetricQueries;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Evaluates alarms when it is their turn and takes the actions of those that changed. Used by one
/// thread of one process; every step may run twice.
///
/// An alarm with a period below a minute has its turn every ten seconds, others every minute.
public final class AlarmEvaluator {
    private static final Logger LOGGER = LoggerFactory.getLogger(AlarmEvaluator.class);
    private static final int OFTEN_SECONDS = 10;
    private static final int MINUTE_SECONDS = 60;

    /// How long after its end a period is looked at: its last values are sent then, and take a moment.
    private static final Duration LATENESS = Duration.ofSeconds(2);

    /// Which turn an alarm of that configuration had.
    private record Turn(Instant configuredAt, long number) {}

    private final ResourceCatalog catalog;
    private final MetricReader metrics;
    private final List<AlarmAction> actions;
    private final AlarmHistory history;
    private final InstantSource clock;
    private final Map<String, Turn> turns = new HashMap<>();

    public AlarmEvaluator(
            ResourceCatalog catalog, MetricReader metrics, List<AlarmAction> actions, InstantSource clock) {
        this.catalog = catalog;
        this.metrics = metrics;
        this.actions = List.copyOf(actions);
        this.history = new AlarmHistory(catalog);
        this.clock = clock;
    }

    /// Looks at every alarm; called every second. What fails for one alarm is logged and tried at its
    /// next turn.
    public void run() {
        List<AlarmResource> alarms = catalog.all(ALARM);
        turns.keySet().retainAll(alarms.stream().map(AlarmResource::name).collect(Collectors.toSet()));
        for (AlarmResource alarm : alarms) {
            try {
                // Before the next evaluation takes back what somebody has set.
                var _ = act(evaluate(act(alarm)));
            } catch (PlatformException e) {
                LOGGER.atWarn()
                        .addKeyValue("alarm", alarm.name())
                        .addKeyValue("error", e.text())
                        .log("alarm not evaluated");
            }
        }
    }

    /// Forgets old history; called now and then.
    public void sweep() {
        history.sweep(clock.instant());
    }

    private AlarmResource evaluate(AlarmResource alarm) {
        Instant until = clock.instant().minus(LATENESS);
        AlarmDefinition definition = alarm.definition();
        long seconds = definition.period().toSeconds();
        var turn = new Turn(
                alarm.configuredAt(),
                Math.floorDiv(until.getEpochSecond(), seconds < MINUTE_SECONDS ? OFTEN_SECONDS : MINUTE_SECONDS));
        if (turn.equals(turns.put(alarm.name(), turn))) {
            return alarm;
        }
        List<Point> points =
                points(definition, Instant.ofEpochSecond(Math.floorDiv(until.getEpochSecond(), seconds) * seconds));
        List<@Nullable Double> values = new ArrayList<>();
        points.forEach(point -> values.add(point.value()));
        Optional<AlarmState.Value> state = new AlarmEvaluation(definition).evaluate(values);
        if (state.isEmpty() || state.get() == alarm.state().value()) {
            return alarm;
        }
        return changed(alarm, state.get(), points);
    }

    private AlarmResource changed(AlarmResource alarm, AlarmState.Value state, List<Point> points) {
        Instant now = clock.instant();
        AlarmDefinition definition = alarm.definition();
        String reason = AlarmReason.text(definition, state, points);
        String data = AlarmReason.data(definition, points, now);
        AlarmResource after = catalog.update(
                        ALARM,
                        alarm.name(),
                        current -> current.configuredAt().equals(alarm.configuredAt())
                                ? current.withState(current.state().to(state, reason, data, now))
                                : current)
                .orElse(alarm);
        if (after.state().transitionedAt().equals(now)) {
            LOGGER.atInfo()
                    .addKeyValue("alarm", alarm.name())
                    .addKeyValue("from", alarm.state().value())
                    .addKeyValue("to", state)
                    .addKeyValue("reason", reason)
                    .log("alarm changed");
            history.changed(after);
        }
        return after;
    }

    /// Takes what the last transition owes, whoever made it.
    private AlarmResource act(AlarmResource alarm) {
        if (!alarm.owesActions()) {
            return alarm;
        }
        AlarmDefinition definition = alarm.definition();
        if (definition.isActionsEnabled()) {
            definition.actions(alarm.state().value()).stream().distinct().forEach(arn -> take(alarm, arn));
        }
        Instant transition = alarm.state().transitionedAt();
        return catalog.update(ALARM, alarm.name(), current -> current.acted(transition))
                .orElse(alarm);
    }

    private void take(AlarmResource alarm, String arn) {
        for (AlarmAction action : actions) {
            if (action.isFor(arn)) {
                String problem = "";
                try {
                    action.take(alarm, arn);
                } catch (PlatformException e) {
                    if (e.code().isTransient()) {
                        throw e;
                    }
                    problem = e.text();
                }
                history.acted(alarm, arn, problem, clock.instant());
            }
        }
    }

    /// The periods that are looked at, oldest first.
    private List<Point> points(AlarmDefinition alarm, Instant end) {
        Duration period = alarm.period();
        int count = alarm.evaluationPeriods() + AlarmEvaluation.EXTRA_PERIODS;
        Instant begin = end.minus(period.multipliedBy(count));
        Map<Instant, Double> known = values(alarm, begin, end);
        var points = new ArrayList<Point>();
        for (Instant at = begin; at.isBefore(end); at = at.plus(period)) {
            points.add(new Point(at, known.get(at)));
        }
        return points;
    }

    private Map<Instant, Double> values(AlarmDefinition alarm, Instant begin, Instant end) {
        AlarmDefinition.Metric metric = alarm.metric();
        if (metric == null) {
            return MetricQueries.read(alarm.metrics(), metrics, begin, end).stream()
                    .findFirst()
                    .<Map<Instant, Double>>map(MetricQueries.Result::points)
                    .orElse(Map.of());
        }
        Statistic statistic = MetricQueries.statistic(metric.statistic());
        String unit = metric.unit();
        List<Datapoint> datapoints = metrics.datapoints(
                new MetricKey(metric.namespace(), metric.name(), metric.dimensions()),
                unit == null ? null : Unit.ofLabel(unit).orElse(null),
                begin,
                end,
                alarm.period());
        Map<Instant, Double> values = new HashMap<>();
        datapoints.forEach(each -> statistic.of(each.values()).ifPresent(value -> values.put(each.at(), value)));
        return values;
    }
}
