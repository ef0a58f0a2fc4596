using MqttPay.Broker.Machine;

namespace MqttPay.Broker.Host;

/// <summary>
/// One tick a second for everything that has a time: no connection and no session has a timer of its own.
/// </summary>
internal sealed class Wheel : IAsyncDisposable
{
    private const int RetainedEvery = 60;

    private readonly Engine engine;
    private readonly ConnectionTable connections;
    private readonly ILogger logger;
    private readonly PeriodicTimer timer;
    private readonly Task loop;
    private readonly TouchList touched = new();

    public Wheel(Engine engine, ConnectionTable connections, ILoggerFactory logs)
    {
        this.engine = engine;
        this.connections = connections;
        logger = logs.CreateLogger<Wheel>();
        timer = new(TimeSpan.FromSeconds(1), engine.Clock);
        loop = RunAsync();
    }

    public async ValueTask DisposeAsync()
    {
        timer.Dispose();
        await loop;
    }

    private async Task RunAsync()
    {
        for (var tick = 1; await timer.WaitForNextTickAsync(); tick++)
        {
            try
            {
                Tick(tick);
            }
            catch (Exception error)
            {
                // One bad tick must not end all timeouts; the next one looks at everything again.
                BrokerLog.TickFailed(logger, error);
            }
        }
    }

    private void Tick(int tick)
    {
        var now = engine.Now();
        foreach (var connection in connections.Open) connection.Tick(now);
        engine.Sessions.Tick(now, touched);
        if (tick % RetainedEvery == 0) engine.Router.Retained.Purge(now);
        touched.Flush();
    }
}
