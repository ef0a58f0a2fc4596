using MqttPay.Broker.Access;
using MqttPay.Broker.Gate;
using MqttPay.Broker.Machine;

namespace MqttPay.Broker.Host;

/// <summary>What all connections of a host share.</summary>
internal sealed class Engine
{
    private readonly long startedAt;

    public Engine(BrokerOptions options, IIdentitySource identities, RequestGate? gate, TimeProvider clock)
    {
        Options = options;
        Identities = identities;
        Gate = gate;
        Clock = clock;
        startedAt = clock.GetTimestamp();
        Router = new(Counters, options.QueueBytesMax, options.RetainedMax, options.RetainedBytesMax);
        Sessions = new(Router, options.SessionsMax);
        Admission = new(options, clock);
        gate?.Attach(Router, Now);
    }

    public BrokerOptions Options { get; }

    public IIdentitySource Identities { get; }

    public RequestGate? Gate { get; }

    public TimeProvider Clock { get; }

    public BrokerCounters Counters { get; } = new();

    public Router Router { get; }

    public SessionTable Sessions { get; }

    public Admission Admission { get; }

    /// <summary>Two at a time: a password check may be slow on purpose, and payments need the processor too.</summary>
    public SemaphoreSlim PasswordChecks { get; } = new(2);

    /// <summary>Milliseconds since the host started; wall-clock steps do not move it.</summary>
    public long Now() => (long)Clock.GetElapsedTime(startedAt).TotalMilliseconds;
}
