//! How long things take: every real period, wait and limit of the simulated components, in
//! milliseconds, each with its source. What a quiet machine needs for a call is measured on the
//! reference cluster and kept small.

/// From a write until a component's watch has told it.
pub const WATCH_MS: u64 = 4;
/// One call to the API server, seen from a component.
pub const CALL_MS: u64 = 6;
/// From an object's end until the garbage collector has deleted what belongs to it, or let go what
/// waits for it: the watch, then three calls (`attemptToDeleteItem` reads the object and its owner anew).
pub const GARBAGE_MS: u64 = WATCH_MS + 3 * CALL_MS;
/// From a Pod's creation until the scheduler has bound it.
pub const SCHEDULE_MS: u64 = 8;

/// The Job controller handles Pod events in batches: `SyncJobBatchPeriod` in
/// `pkg/controller/job/job_controller.go`.
pub const JOB_BATCH_MS: u64 = 1_000;
/// The kubelet lists the runtime's containers: `genericPlegRelistPeriod` in `pkg/kubelet/kubelet.go`, and then what a
/// list takes, since the timer is set anew after each. So a grace period of whole seconds that began with a list ends
/// just before another.
pub const RELIST_MS: u64 = 1_000 + 2;
/// The kubelet's sync loop looks for due Pods: `syncTicker` in `pkg/kubelet/kubelet.go`, `syncLoop`.
pub const SYNC_TICK_MS: u64 = 1_000;
/// Period of a Pod worker's regular sync: `SyncFrequency`, and the part of it that jitter may add.
pub const RESYNC_MS: u64 = 60_000;
/// Wait after a failed sync: `backOffPeriod` in `pkg/kubelet/kubelet.go`.
pub const SYNC_ERROR_MS: u64 = 10_000;
/// A worker that waits for its volumes, to come or to go, looks this often, and first at once:
/// `podAttachAndMountRetryInterval` in `pkg/kubelet/volumemanager/volume_manager.go`.
pub const VOLUME_POLL_MS: u64 = 300;
/// A terminated worker's volumes go in three steps: a loop takes them off the wanted ones, a loop sees
/// that and starts, and then it is done. `desiredStateOfWorldPopulatorLoopSleepPeriod` and
/// `reconcilerLoopSleepPeriod`, both this long, in `pkg/kubelet/volumemanager/volume_manager.go`.
pub const VOLUME_LOOP_MS: u64 = 100;
/// Unmounting itself, measured on the reference cluster.
pub const UNMOUNT_MS: u64 = 15;
/// The first and the longest wait before a volume is set up again: `initialDurationBeforeRetry`,
/// `maxDurationBeforeRetry` in `pkg/util/goroutinemap/exponentialbackoff`.
pub const MOUNT_RETRY_MS: (u64, u64) = (500, 122_000);
/// How long one sync waits for the volumes: `podAttachAndMountTimeout`.
pub const MOUNT_TIMEOUT_MS: u64 = 123_000;
/// Creating the Pod's sandbox.
pub const SANDBOX_MS: u64 = 15;
/// Creating and starting one container.
pub const START_MS: u64 = 12;
/// How long the status manager is busy with an older status of a Pod: what comes and goes meanwhile, while
/// containers are started, isn't seen. On the reference cluster it goes so in eleven of fourteen cases.
pub const BUSY_MS: u64 = 3 * START_MS;
/// From a container's start until its program does its first step: even `exit 0` is seen to run.
pub const EXEC_MS: u64 = 10;
/// Reading the state after a kill and stopping the sandbox. It decides a tie: a container's end opens
/// the Job controller's window of one second, and the final phase comes one list, a second, later. On
/// a real node either may be first; here, as there more often, the controller's sync is.
pub const STOP_SANDBOX_MS: u64 = 10;
/// The shortest time between SIGTERM and SIGKILL: `minimumGracePeriodInSeconds` in
/// `pkg/kubelet/kuberuntime/kuberuntime_container.go`.
pub const MINIMUM_GRACE_SECONDS: i64 = 2;

/// First and longest wait before a container is started again: `initialCrashLoopBackOff`,
/// `MaxCrashLoopBackOff`.
pub const CRASH_LOOP_MS: (u64, u64) = (10_000, 300_000);
/// First and longest wait before an image is pulled again: `imageBackOffPeriod`,
/// `MaxImageBackOff`.
pub const IMAGE_BACK_OFF_MS: (u64, u64) = (10_000, 300_000);
/// Pulling an image that the node lacks.
pub const PULL_MS: u64 = 400;

/// How often the Pods' garbage collector looks, and how long it waits for a node to come back:
/// `gcCheckPeriod`, `quarantineTime` in `pkg/controller/podgc/gc_controller.go`.
pub const POD_GC_MS: u64 = 20_000;
/// See [`POD_GC_MS`].
pub const POD_GC_QUARANTINE_MS: u64 = 40_000;
/// How often the kubelet renews its node's lease: a quarter of `nodeLeaseDurationSeconds`.
pub const LEASE_MS: u64 = 10_000;
/// How often the node lifecycle controller looks: `--node-monitor-period`.
pub const NODE_MONITOR_MS: u64 = 5_000;
/// How long a node may be silent: `--node-monitor-grace-period`.
pub const NODE_GRACE_MS: u64 = 50_000;

/// How often the kubelet forgets old back-offs: `housekeepingPeriod`.
pub const HOUSEKEEPING_MS: u64 = 2_000;
