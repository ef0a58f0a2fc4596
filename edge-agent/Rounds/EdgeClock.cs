using System.Runtime.InteropServices;
using MqttPay.Rounds;

namespace MqttPay.EdgeAgent.Rounds;

/// <summary>
/// The machine's clocks as the core wants them: elapsed time that goes on through restarts, and wall time as evidence.
/// </summary>
internal sealed class EdgeClock(TimeProvider wall)
{
    private const int ClockBootTime = 7;   // CLOCK_BOOTTIME of Linux: since boot, suspension included.
    private long offsetSeconds;

    public static byte[] BootId { get; } = File.Exists("/proc/sys/kernel/random/boot_id")
        ? Convert.FromHexString(
            File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim().Replace("-", "", StringComparison.Ordinal))
        : [];

    public static long BootSeconds =>
        ReadClock(ClockBootTime, out var time) == 0 ? time.Seconds : Environment.TickCount64 / 1000;

    public uint Unix => (uint)Math.Clamp(wall.GetUtcNow().ToUnixTimeSeconds(), 0, uint.MaxValue);

    public Now Now => new(BootSeconds + offsetSeconds, Unix);

    /// <summary>Days since 1970-01-01: the site's business date.</summary>
    public uint BusinessDate => Unix / 86_400;

    /// <summary>Goes on from where the journal says that time stood.</summary>
    public void ResumeAt(long elapsedSeconds) => offsetSeconds = elapsedSeconds - BootSeconds;

    [DllImport("libc", EntryPoint = "clock_gettime")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int ReadClock(int clock, out TimeSpec time);

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
