package dev.millrace.controller.autoscaling;

import dev.millrace.controlplane.AlarmDefinition;
import dev.millrace.controlplane.AlarmResource;
import dev.millrace.controlplane.AlarmState;
import dev.millrace.controlplane.ScalingPolicyResource;
import dev.millrace.controlplane.scaling.PolicyAlarms;
import dev.millrace.controlplane.scaling.StepScalingConfig;
import dev.millrace.controlplane.scaling.TargetTrackingConfig;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/// Hears which policies are called: an alarm calls when it goes off and every minute while it stays in
/// ALARM.
///
/// Remembers when it heard what; the activities remember it over a restart. Used by one thread.
final class PolicyCalls {
    private static final Duration AGAIN = Duration.ofMinutes(1);

    private record Line(String policyArn, String alarmName) {}

    private final PolicyAlarms alarms;
    private final MetricValues metrics;
    private final Map<Line, Instant> heard = new HashMap<>();

    PolicyCalls(PolicyAlarms alarms, MetricValues metrics) {
        this.alarms = alarms;
        this.metrics = metrics;
    }

    /// What calls the policies of one target now.
    List<Call> listen(List<ScalingPolicyResource> policies, Cooldowns cooldowns, Instant now) {
        var calls = new ArrayList<Call>();
        for (ScalingPolicyResource policy : policies) {
            for (AlarmResource alarm : alarms.of(policy)) {
                if (alarm.state().value() == AlarmState.Value.ALARM
                        && alarm.definition().isActionsEnabled()) {
                    call(policy, alarm, isDue(policy, alarm, cooldowns, now), now)
                            .ifPresent(calls::add);
                }
            }
        }
        return calls;
    }

    /// Tell once what is due was acted on.
    void answered(List<Call> calls, Instant now) {
        calls.stream()
                .filter(Call::isDue)
                .forEach(call -> heard.put(new Line(call.policy().arn(), call.alarmName()), now));
    }

    void retain(Set<String> policyArns) {
        heard.keySet().removeIf(line -> !policyArns.contains(line.policyArn()));
    }

    private boolean isDue(ScalingPolicyResource policy, AlarmResource alarm, Cooldowns cooldowns, Instant now) {
        Instant since = alarm.state().transitionedAt();
        return Optional.ofNullable(heard.get(new Line(policy.arn(), alarm.name())))
                .or(() -> cooldowns.lastChange(policy.arn()))
                .filter(last -> !last.isBefore(since) && last.plus(AGAIN).isAfter(now))
                .isEmpty();
    }

    /// Empty where a metric that is needed is missing: then nothing is scaled in either direction.
    private Optional<Call> call(ScalingPolicyResource policy, AlarmResource alarm, boolean isDue, Instant now) {
        AlarmDefinition definition = alarm.definition();
        boolean isBelow = definition.comparison().startsWith("LessThan");
        return switch (policy.policyType()) {
            case TARGET_TRACKING -> {
                String statistic = definition.metric() == null
                        ? "Average"
                        : definition.metric().statistic();
                OptionalDouble metric = isBelow
                        ? metrics.largest(definition, statistic, now)
                        : metrics.last(definition, statistic, now);
                yield metric.isEmpty()
                        ? Optional.empty()
                        : Optional.of(new Call.Tracking(
                                policy,
                                alarm.name(),
                                isDue,
                                TargetTrackingConfig.of(policy.configuration()),
                                !isBelow,
                                metric.getAsDouble()));
            }
            case STEP_SCALING -> {
                StepScalingConfig config = StepScalingConfig.of(policy.configuration());
                // An alarm that was set by hand has no value behind it; it stands for its threshold.
                double difference =
                        metrics.last(definition, config.aggregation(), now).orElse(definition.threshold())
                                - definition.threshold();
                yield Optional.of(new Call.Stepping(policy, alarm.name(), isDue, config, difference, isBelow));
            }
        };
    }
}
