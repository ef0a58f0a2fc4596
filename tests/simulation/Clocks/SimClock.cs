using MqttPay.Rounds;
using MqttPay.Simulation.Kernel;

namespace MqttPay.Simulation.Clocks;

/// <summary>
/// A machine's clocks over true time: a wall that may be anywhere, and one since boot that only drifts. Elapsed time
/// goes on through restarts as the agent's own clock does.
/// </summary>
internal sealed class SimClock(Agenda agenda, int driftPpm)
{
    /// <summary>True time 0 in Unix seconds.</summary>
    public const long Epoch = 1_790_000_000;

    private long bootedAt;
    private long wallOffset;
    private long offsetSeconds;
    private long atBootSeconds = 60;

    public int Boots { get; private set; }

    public byte[] BootId { get; private set; } = [1, 0, 0, 0];

    public long BootSeconds => atBootSeconds + (Drifted(agenda.Now - bootedAt) / Time.Second);

    public uint Unix => (uint)Math.Clamp(Epoch + wallOffset + (Drifted(agenda.Now) / Time.Second), 0, uint.MaxValue);

    public Now Now => new(BootSeconds + offsetSeconds, Unix);

    public static uint TrueUnix(Agenda agenda) => (uint)(Epoch + (agenda.Now / Time.Second));

    public void Boot(bool from1970)
    {
        Boots++;
        BootId = [(byte)(Boots & 255), (byte)((Boots >> 8) & 255), 7, 7];
        (bootedAt, atBootSeconds) = (agenda.Now, 0);
        if (from1970) wallOffset = -Epoch - (Drifted(agenda.Now) / Time.Second);
    }

    public void Step(long seconds) => wallOffset += seconds;

    /// <summary>Time synchronisation found the truth.</summary>
    public void SetRight() => wallOffset = 0;

    public bool IsFarOff => Math.Abs(wallOffset) > 120;

    public void ResumeAt(long elapsedSeconds) => offsetSeconds = elapsedSeconds - BootSeconds;

    private long Drifted(long span) => span + (span / 1_000_000 * driftPpm);
}
