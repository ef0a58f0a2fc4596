using System.Globalization;
using System.Text;

namespace MqttPay.Simulation.Profiles;

/// <summary>
/// All that a world draws before it begins: counts, how often things go wrong (in ten thousand), how long they last.
/// </summary>
internal sealed record Profile(ProfileName Name)
{
    public int Payments { get; init; } = 400;

    public int Edges { get; init; } = 2;

    public int DevicesPerEdge { get; init; } = 8;

    public int Workers { get; init; } = 2;

    /// <summary>Milliseconds that a device thinks between two payments, at most.</summary>
    public int ThinkMs { get; init; } = 8_000;

    // On the way between devices and edge, per message.
    public int RequestLost { get; init; } = 500;
    public int ReplyLost { get; init; } = 500;
    public int Doubled { get; init; } = 300;
    public int Delayed { get; init; } = 300;
    public int DelayMsMax { get; init; } = 20_000;
    public int Corrupted { get; init; }
    public int ReplayedLater { get; init; }
    public int Resigned { get; init; }
    public int LinkReset { get; init; } = 100;
    public int OneWay { get; init; } = 20;

    // Between edge and cloud, per call.
    public int UplinkDown { get; init; } = 300;
    public int UplinkDownSecondsMax { get; init; } = 120;
    public int CloudRequestLost { get; init; } = 500;
    public int CloudAnswerLost { get; init; } = 500;
    public int CloudAnswerLate { get; init; } = 300;
    public int CloudCallRepeated { get; init; } = 300;
    public int CloudCrash { get; init; } = 100;
    public int OldDocument { get; init; } = 100;

    // Per edge and planning turn.
    public int PowerCut { get; init; } = 100;
    public int Killed { get; init; } = 50;
    public int Rebooted { get; init; }
    public int Paused { get; init; }
    public int WriteFailed { get; init; }
    public int SyncLied { get; init; }
    public int DiskFull { get; init; }
    public int DiskSlow { get; init; }
    public int BitRot { get; init; }
    public int SnapshotRestored { get; init; }
    public int ClockStepped { get; init; }
    public int ClockFrom1970 { get; init; }
    public int DriftPpmMax { get; init; } = 20;
    public int Burst { get; init; }
    public int Reclaimed { get; init; }
    public int PolicyChanged { get; init; } = 100;

    // Per device and payment.
    public int CloneAsks { get; init; }
    public int Forged { get; init; }
    public int Foreign { get; init; } = 50;
    public int GivesUp { get; init; } = 100;
    public int Clones { get; init; }

    public int Swapped { get; init; }

    public int WrongAck { get; init; }

    public int InventedReceipt { get; init; }

    /// <summary>Edges that write what no honest one writes.</summary>
    public int FalseRecord { get; init; }

    /// <summary>Requests that may wait at an edge; beyond it new ones are shed.</summary>
    public int InboxMax { get; init; } = 64;

    public int PolicyMode { get; init; }

    /// <summary>Old-style rosters and policies without newer fields.</summary>
    public bool OldWire { get; init; }

    public long LeaseMinor { get; init; } = 60_00;

    public long FundMinor { get; init; } = 2_000_00;

    public int SpendSeconds { get; init; } = 30 * 86_400;

    /// <summary>One line, so that a failure can be read without running it again.</summary>
    public string Describe()
    {
        var text = new StringBuilder();
        foreach (var property in typeof(Profile).GetProperties())
        {
            if (property.Name == "EqualityContract") continue;
            text.Append(CultureInfo.InvariantCulture, $"{property.Name}={property.GetValue(this)} ");
        }

        return text.ToString().TrimEnd();
    }
}
