using System.Net;
using MqttPay.Broker.Gate;
using MqttPay.Broker.Host;
using MqttPay.EdgeAgent.Cache;
using MqttPay.EdgeAgent.Fences;
using MqttPay.EdgeAgent.Http;
using MqttPay.EdgeAgent.Mqtt;
using MqttPay.EdgeAgent.Rounds;
using MqttPay.EdgeAgent.Storage;
using MqttPay.EdgeAgent.Sync;
using MqttPay.Host.Metrics;
using MqttPay.Payments;
using MqttPay.Rounds;
using MqttPay.Wire;

namespace MqttPay.EdgeAgent;

/// <summary>One edge at work. Its parts are made here in the order in which a payment meets them.</summary>
internal sealed partial class Agent : IAsyncDisposable
{
    public const string Version = "mqttpay-edge/0.1.0";

    private readonly CancellationTokenSource stop = new();
    private readonly TaskCompletionSource firstRound = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<Task> running = [];
    private readonly RosterIdentities identities = new();
    private readonly TaskCompletionSource<Ack> fenceTaken = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly History history;
    private readonly EdgeKeys keys;
    private readonly RoundSigner signer;
    private readonly BranchUpload branch;
    private readonly StoreRoom room;
    private readonly Inbox inbox = new();
    private readonly Action<Exception> fail;
    private readonly ILogger<Agent> logger;
    private readonly TimeProvider time;
    private readonly StoreLock storeLock;
    private readonly CleanMark cleanMark;
    private readonly VerifyPool verifiers;
    private readonly JournalWriter writer;
    private readonly CloudClient cloud;
    private readonly CloudNews news;
    private readonly AskDesk asks;
    private readonly Responder responder;
    private readonly RequestIntake intake;
    private readonly Thread loopThread;
    private readonly Projection cache;
    private readonly PrometheusText metrics = new();
    private readonly FreezeCause freeze;
    private BrokerHost? broker;
    private AdminServer? admin;

    private Agent(
        EdgeOptions options, EdgeSecrets secrets, string data, Uri? foreignBroker, ILoggerFactory logs,
        TimeProvider time, Action<Exception> fail)
    {
        (this.fail, this.time, logger) = (fail, time, logs.CreateLogger<Agent>());
        Data = data;
        Options = options;
        var disk = new RealDisk();
        storeLock = StoreLock.Take(disk, data);
        cleanMark = new(data);
        var documents = new CloudDocuments(options.CloudPublicKey);
        history = History.Recover(disk, data, OptionsOf(options), options.Id, documents);
        var book = history.Book;
        Clock = new(time);
        keys = new(secrets);
        freeze = Judge(book);

        Link = foreignBroker is null
            ? new GateLink(Gate)
            : ClientLink.Start(foreignBroker, options.Id, logs.CreateLogger<ClientLink>(), time);
        Stored = new(history, secrets.WitnessKey);
        responder = new(Link, inbox, Stored, secrets.WitnessKey, Counters, time);
        intake = new(Link, inbox, responder, time);
        verifiers = new(inbox, Math.Max(1, Environment.ProcessorCount), keysPerWorkerMax: 4_096);
        writer = new(Journal, OnDurable, OnFailed);
        var machine = new EdgeMachine(book, new(secrets.WitnessKey));
        Refusals = new(Counters, time, logs.CreateLogger<RefusalLog>());
        signer = new(keys.Active);
        room = new(Journal, (long)options.Disk.FloorMegabytes << 20);
        Loop = new(machine, Clock, inbox, signer, writer, verifiers, responder, Refusals, room)
        {
            Ask = ask => asks!.Post(ask),
        };
        loopThread = new(RunLoop) { Name = "rounds", IsBackground = true };

        cloud = new(new Uri(options.CloudUrl), options.Id, secrets.CloudApiKey, time);
        var rosterFile = new RosterFile(Path.Combine(data, "documents"), documents);
        news = new(
            documents, rosterFile, new(disk, data, options.Id, documents), Loop, inbox, logs.CreateLogger<CloudNews>())
        {
            RosterChanged = TakeRoster,
            FenceTaken = order => fenceTaken.TrySetResult(order),
        };
        var numbers = new AskNumbers();
        Sync = new(
            cloud, documents, news, numbers, Loop, inbox, Stored, Connectivity, Clock, time,
            logs.CreateLogger<SyncLoop>())
        {
            Reached = up => asks!.LinkIs(up),
        };
        asks = new(
            cloud, numbers, inbox, TimeSpan.FromMilliseconds(options.Online.BudgetMs), time,
            logs.CreateLogger<AskDesk>())
        {
            TakeNews = news.TakeAsync,
            UploadAsync = Sync.UploadAsync,
        };
        branch = new(
            cloud, documents, Stored, history.Lost, disk, data, time, logs.CreateLogger<BranchUpload>());
        cache = new(
            Journal, disk, data, new(options.Id, book.Fence, BootGuid), new(), ReadStandings, time,
            logs.CreateLogger<Projection>())
        {
            // A cache never runs ahead of what was durable: the journal has lost frames.
            JournalIsShort = _ => inbox.Post(new Input.HistoryLost(FreezeCause.Journal)),
        };
        if (rosterFile.Load() is { } kept)
        {
            inbox.Post(new Input.RosterCame(kept.Roster, kept.Digest));
            TakeRoster(kept.Roster);
        }
    }

    public string Data { get; }

    public EdgeOptions Options { get; }

    public Journal Journal => history.Journal;

    /// <summary>
    /// Done when the cloud's order to a new fence is on disk: this agent has to end, and another to start.
    /// </summary>
    public Task<Ack> FenceTaken => fenceTaken.Task;

    public RoundLoop Loop { get; }

    public StoredRounds Stored { get; }

    public SyncLoop Sync { get; }

    public EdgeClock Clock { get; }

    public RefusalLog Refusals { get; }

    public ILink Link { get; }

    public EdgeCounters Counters { get; } = new();

    public Connectivity Connectivity { get; } = new();

    /// <summary>Where devices connect; null behind another broker.</summary>
    public IPEndPoint? MqttEndpoint => broker?.Endpoint;

    /// <summary>Where health and figures are.</summary>
    public Uri? AdminUrl => admin?.Url;

    private RequestGate Gate { get; } = new();

    private static Guid BootGuid => EdgeClock.BootId.Length == 16 ? new(EdgeClock.BootId) : Guid.Empty;

    /// <summary>
    /// Recovers, journals the start, and only then listens: a gateway that replays looks closed, not wrong.
    /// </summary>
    public static async Task<Agent> StartAsync(
        EdgeOptions options, EdgeSecrets secrets, string data, Uri? foreignBroker, ILoggerFactory logs,
        TimeProvider time,
        Action<Exception> fail, CancellationToken cancel)
    {
        var agent = new Agent(options, secrets, data, foreignBroker, logs, time, fail);
        agent.Begin();
        if (agent.freeze is not FreezeCause.Journal) await agent.firstRound.Task.WaitAsync(cancel);
        if (foreignBroker is null)
        {
            var endpoint = new IPEndPoint(IPAddress.Parse(options.Mqtt.Address), options.Mqtt.Port);
            agent.broker = await BrokerHost.StartAsync(
                new() { Endpoint = endpoint, UnauthenticatedPerAddressMax = 256, ConnectsBurstOfUser = 20 },
                agent.identities, agent.Gate, logs,
                time, cancel);
        }

        agent.admin = await AdminServer.StartAsync(data, options.Admin.Port, agent.View(), logs, cancel);
        agent.cache.Start();
        agent.running.Add(agent.GuardAsync(agent.intake.RunAsync));
        agent.running.Add(agent.GuardAsync(agent.Sync.RunAsync));
        agent.running.Add(agent.GuardAsync(agent.asks.RunAsync));
        agent.running.Add(agent.GuardAsync(agent.branch.RunAsync));
        agent.running.Add(agent.GuardAsync(agent.TellTimeAsync));
        return agent;
    }

    public async ValueTask DisposeAsync()
    {
        if (broker is not null) await broker.StopAsync();
        if (admin is not null) await admin.DisposeAsync();
        cache.Dispose();   // While the loop still answers what it asks.
        await stop.CancelAsync();
        inbox.Post(static () => { });   // Wakes the loop, so that it notices.
        await Task.WhenAll(running);
        if (loopThread.IsAlive) loopThread.Join();
        await verifiers.DisposeAsync();
        writer.Dispose();
        await Link.DisposeAsync();
        history.Dispose();
        cleanMark.Set();
        asks.Dispose();
        news.Dispose();
        cloud.Dispose();
        Connectivity.Dispose();
        metrics.Dispose();
        Counters.Dispose();
        storeLock.Dispose();
        stop.Dispose();
    }

    private void Begin()
    {
        var clean = cleanMark.Take();
        inbox.PostUrgent(new Input.Started(Version, clean, EdgeClock.BootId, EdgeClock.BootSeconds, freeze));
        loopThread.Start();
        running.Add(GuardAsync(responder.RunReadingsAsync));
    }

    /// <summary>What recovery found decides whether this edge may approve.</summary>
    private FreezeCause Judge(EdgeBook book)
    {
        var (elapsed, bounded) = StartClock.Resume(book, EdgeClock.BootId, EdgeClock.BootSeconds, Clock.Unix);
        Clock.ResumeAt(elapsed);
        if (Journal.Verdict is JournalVerdict.Damaged damaged)
        {
            LogDamaged(logger, damaged.File, damaged.Offset, damaged.What);
            return FreezeCause.Journal;
        }

        if (!history.LastIsSignedBy(keys.Public))
        {
            LogDamaged(logger, "journal", 0, "the newest round is not signed by this edge's key");
            return FreezeCause.Journal;
        }

        LogRecovered(logger, book.Head, Journal.EndLsn, book.Leases.Count, book.UnacknowledgedApprovals);
        return bounded ? FreezeCause.None : FreezeCause.Clock;
    }

    private void RunLoop()
    {
        try
        {
            Loop.Run(stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Asked for.
        }
        catch (Exception fault)
        {
            OnFailed(fault);   // Nobody knows what was promised: the process ends and rebuilds from the journal.
        }
    }

    private void OnDurable(long lsn, object tag)
    {
        if (tag is long round)
        {
            history.Index.Add(round, lsn);
            inbox.PostUrgent(new Input.RoundDurable(round));
            Sync.RoundDurable();
            firstRound.TrySetResult();
        }
        else
        {
            Loop.AckDurable();
        }

        cache.Signal(lsn);
    }

    private StandingsRows ReadStandings() => Loop.AskAsync(machine => StandingsRows.Of(
        machine.Book, machine.Roster.Devices.Select(device => device.Key.Id))).GetAwaiter().GetResult();

    private AgentView View()
    {
        var reports = new AgentReports(
            Data, (long)Options.Disk.FloorMegabytes << 20, Loop, history, Stored, Sync, Connectivity, Clock,
            Counters, branch, room, cache);
        return new()
        {
            Status = reports.StatusAsync,
            Payment = reports.PaymentAsync,
            Leases = reports.LeasesAsync,
            Refusals = () => [.. Refusals.Newest.Select(RefusalReport.Of)],
            Exposure = reports.ExposureAsync,
            SyncNow = Sync.Kick,
            Metrics = metrics.Write,
        };
    }

    private void OnFailed(Exception fault)
    {
        LogStopping(logger, fault);
        firstRound.TrySetException(fault);
        fail(fault);
    }

    /// <summary>Holds end and leases close by time, also when nobody pays; and the disk is looked at.</summary>
    private async Task TellTimeAsync(CancellationToken cancel)
    {
        using var second = new PeriodicTimer(TimeSpan.FromSeconds(1), time);
        while (await second.WaitForNextTickAsync(cancel))
        {
            inbox.Post(new Input.TimePassed());
            var free = new DriveInfo(Data).AvailableFreeSpace;
            if (room.Measure(free)) LogRoom(logger, free, room.MayDecide ? "are decided again" : "are put off");
        }
    }

    private async Task GuardAsync(Func<CancellationToken, Task> work)
    {
        await Task.Yield();
        try
        {
            await work(stop.Token);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Asked for.
        }
        catch (Exception fault)
        {
            OnFailed(fault);
        }
    }

    private void TakeRoster(Roster roster)
    {
        identities.Update(roster);
        var before = keys.Active;
        if (keys.Follow(roster) is { } missing) LogKeyMissing(logger, missing);
        if (keys.Active is var active && active != before)
        {
            inbox.Post(() => signer.Use(active));
            LogKeyActive(logger, active.Public.Id);
        }

        foreach (var device in roster.Devices)
            if (device.Config.Length > 0) Link.Retain(device.Key.Id, device.Config);
    }

    private static JournalOptions OptionsOf(EdgeOptions options) => new()
    {
        PlaceOf = RoundPlaces.Of,
        SegmentSize = (long)options.Journal.SegmentMegabytes << 20,
        Align = options.Journal.Align ? SegmentHeader.Bytes : JournalFrame.Alignment,
        AllowVolatile = options.Journal.AllowVolatile,
    };

    [LoggerMessage(
        5005, LogLevel.Critical,
        "the journal is damaged, approvals stop: {File} at {Offset}: {What}; "
        + "keep the files, let the gateway upload what verifies, replace the disk, then get a new fence")]
    private static partial void LogDamaged(ILogger logger, string file, long offset, string what);

    [LoggerMessage(
        5002, LogLevel.Information,
        "recovered to round {Round} (frame {Lsn}): {Leases} leases, {Unacknowledged} approvals not acknowledged")]
    private static partial void LogRecovered(ILogger logger, long round, long lsn, int leases, int unacknowledged);

    [LoggerMessage(
        5003, LogLevel.Critical, "the agent stops, because it cannot know what is on disk or what was promised")]
    private static partial void LogStopping(ILogger logger, Exception fault);

    [LoggerMessage(5040, LogLevel.Error, "{Free} bytes are free on the journal's disk: new payments {What}")]
    private static partial void LogRoom(ILogger logger, long free, string what);

    [LoggerMessage(5043, LogLevel.Information, "rounds are signed with key {Kid} from here on")]
    private static partial void LogKeyActive(ILogger logger, KeyId kid);

    [LoggerMessage(
        5044, LogLevel.Error,
        "the cloud has told the devices of key {Kid}, which is not among this edge's credentials")]
    private static partial void LogKeyMissing(ILogger logger, KeyId kid);
}
