package dev.millrace.controller.autoscaling;

import static dev.millrace.controlplane.ResourceKind.SCALABLE_TARGET;
import static dev.millrace.controlplane.ResourceKind.SCALING_POLICY;
import static dev.millrace.controlplane.ResourceKind.SCHEDULED_ACTION;

import dev.millrace.controlplane.Arns;
import dev.millrace.controlplane.Deployed;
import dev.millrace.controlplane.ResourceCatalog;
import dev.millrace.controlplane.ScalableTargetId.Scaled;
import dev.millrace.controlplane.ScalableTargetResource;
import dev.millrace.controlplane.ScalingPolicyResource;
import dev.millrace.controlplane.ScheduledActionResource;
import dev.millrace.controlplane.scaling.PolicyAlarms;
import dev.millrace.controlplane.scaling.ScalableTargets;
import dev.millrace.invocation.EndpointName;
import dev.millrace.invocation.PlatformException;
import dev.millrace.monitoring.MetricReader;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Application Auto Scaling: looks at every scalable target of the owned endpoints and does what its
/// schedules, bounds and policies ask for. Used by one thread; a round blocks only where it writes.
public final class Autoscaler {
    private static final Logger LOGGER = LoggerFactory.getLogger(Autoscaler.class);

    private final ResourceCatalog catalog;
    private final InstantSource clock;
    private final ScalableTargets targets;
    private final PolicyCalls calls;
    private final TargetScaler scaler;
    private final ScheduledActions schedules;
    private final Leftovers leftovers;
    private final TargetsInForce inForce;

    public Autoscaler(
            ResourceCatalog catalog, Arns arns, MetricReader metrics, TargetsInForce inForce, InstantSource clock) {
        this.catalog = catalog;
        this.clock = clock;
        this.inForce = inForce;
        var alarms = new PolicyAlarms(catalog, arns);
        this.targets = new ScalableTargets(catalog, alarms);
        this.calls = new PolicyCalls(alarms, new MetricValues(metrics));
        this.scaler = new TargetScaler(catalog, targets, calls);
        this.schedules = new ScheduledActions(catalog, targets);
        this.leftovers = new Leftovers(catalog, targets);
    }

    /// Looks at everything once.
    ///
    /// @param owns which endpoints are this controller's
    /// @param isFirst whether this is the one controller that cleans up
    public void round(Predicate<EndpointName> owns, boolean isFirst) {
        Instant now = clock.instant();
        inForce.refresh();
        List<ScalableTargetResource> all = catalog.all(SCALABLE_TARGET);
        Map<String, List<ScalingPolicyResource>> policies =
                catalog.all(SCALING_POLICY).stream().collect(Collectors.groupingBy(ScalingPolicyResource::targetArn));
        Map<String, List<ScheduledActionResource>> actions = catalog.all(SCHEDULED_ACTION).stream()
                .collect(Collectors.groupingBy(ScheduledActionResource::targetArn));
        for (ScalableTargetResource target : all) {
            try {
                look(
                        target,
                        policies.getOrDefault(target.arn(), List.of()),
                        actions.getOrDefault(target.arn(), List.of()),
                        owns,
                        isFirst,
                        now);
            } catch (RuntimeException e) {
                LOGGER.atWarn()
                        .addKeyValue("target", target.id().resourceId())
                        .addKeyValue("error", e.getMessage())
                        .setCause(e instanceof PlatformException ? null : e)
                        .log("a scalable target could not be looked at, tried again");
            }
        }
        scaler.retain(all.stream().map(ScalableTargetResource::arn).collect(Collectors.toSet()));
        calls.retain(catalog.all(SCALING_POLICY).stream()
                .map(ScalingPolicyResource::arn)
                .collect(Collectors.toSet()));
        if (isFirst) {
            leftovers.sweep(now);
        }
    }

    private void look(
            ScalableTargetResource registered,
            List<ScalingPolicyResource> policies,
            List<ScheduledActionResource> actions,
            Predicate<EndpointName> owns,
            boolean isFirst,
            Instant now) {
        Optional<Deployed<?>> found = ScaledDeployment.deployed(catalog, registered.id());
        boolean isOurs = endpoint(registered, found).map(owns::test).orElse(isFirst);
        if (!isOurs) {
            return;
        }
        if (found.isEmpty() || found.get().isDeleting()) {
            leftovers.deregisterIfGone(registered, now);
            return;
        }
        ScalableTargetResource target = registered;
        for (ScheduledActionResource action : actions) {
            target = schedules.run(target, action, now);
        }
        boolean isInForce = inForce.of(found.get())
                .filter(each -> each.arn().equals(registered.arn()))
                .isPresent();
        Optional<ScaledDeployment> scaled = ScaledDeployment.of(catalog, found.get());
        if (isInForce && scaled.isPresent()) {
            scaler.scale(target, policies, scaled.get(), now);
        }
    }

    /// Whose owner acts; a component that is gone has none.
    private static Optional<EndpointName> endpoint(ScalableTargetResource target, Optional<Deployed<?>> found) {
        return switch (target.id().scaled()) {
            case Scaled.Variant(var endpoint, var _) -> Optional.of(endpoint);
            case Scaled.Component _ -> found.map(Deployed::endpoint);
        };
    }
}
